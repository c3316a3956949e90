package dev.gatehouse.gateway.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// The folder in which a gateway keeps what shall survive a restart. What lies there is believed, so nobody else may write to it.
final class StateFolder {

    private StateFolder() {}

    /// Makes the folder where it is missing.
    ///
    /// @throws IllegalArgumentException when it cannot be used, or others can write to it
    static Path open(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        try {
            if (!Files.exists(absolute)) {
                Files.createDirectories(absolute,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Path probe = Files.createTempFile(absolute, "probe-", ".tmp");
            try {
                requireOurs(absolute, probe);
            } finally {
                Files.delete(probe);
            }
            return absolute;
        } catch (IOException | UnsupportedOperationException _) {
            throw new IllegalArgumentException("not a folder that can be written to");
        }
    }

    private static void requireOurs(Path folder, Path probe) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(folder, PosixFileAttributes.class);
        Set<PosixFilePermission> permissions = attributes.permissions();
        if (permissions.contains(PosixFilePermission.GROUP_WRITE) || permissions.contains(PosixFilePermission.OTHERS_WRITE)
                || !attributes.owner().equals(Files.getOwner(probe))) {
            throw new IllegalArgumentException("others may write to it");
        }
    }
}
