package dev.gatehouse.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

import dev.gatehouse.devservices.process.FolderLock;
import dev.gatehouse.devservices.process.GuardedProcess;
import dev.gatehouse.devservices.process.ProcessFile;
import dev.gatehouse.devservices.process.Signal;

/// The folder of one service, owned by one JVM at a time: a file lock, which ends with the JVM, tells a living owner from the
/// leftovers of a dead one. It also remembers the server's process, so that one left behind can be found and stopped.
final class DataFolder implements AutoCloseable {

    private static final Duration LEFTOVER_PATIENCE = Duration.ofSeconds(20);

    private final Path path;
    private final ProcessFile process;
    private final boolean temporary;
    private final FolderLock lock;

    private DataFolder(Path path, boolean temporary, FolderLock lock) {
        this.path = path;
        this.process = new ProcessFile(path.resolve("process"));
        this.temporary = temporary;
        this.lock = lock;
    }

    /// Opens a folder that survives, creating it where it is missing. A process that an earlier owner left running in it is
    /// stopped. Refuses a folder that another process owns.
    static DataFolder open(String service, Path path) {
        try {
            Path absolute = path.toAbsolutePath().normalize();
            Files.createDirectories(absolute);
            DataFolder folder = new DataFolder(absolute, false, lock(service, absolute));
            folder.process.endLeftover(Signal.INT, LEFTOVER_PATIENCE);
            return folder;
        } catch (IOException e) {
            throw new ServiceStartException("%s cannot start: cannot write its data folder %s (%s)".formatted(service, path,
                    e.getMessage()), e);
        }
    }

    /// A new folder that [#close()] deletes.
    static DataFolder temporary(String service) {
        try {
            Path path = Files.createTempDirectory("gatehouse-" + service.toLowerCase(Locale.ROOT) + "-").toRealPath();
            return new DataFolder(path, true, lock(service, path));
        } catch (IOException e) {
            throw new ServiceStartException("%s cannot start: no temporary folder (%s)".formatted(service, e.getMessage()), e);
        }
    }

    private static FolderLock lock(String service, Path path) throws IOException {
        return FolderLock.of(path).orElseThrow(() -> new ServiceStartException(
                "%s cannot start: another process uses its data folder %s".formatted(service, path)));
    }

    Path path() {
        return path;
    }

    boolean isTemporary() {
        return temporary;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /// Notes which process serves this folder now.
    void remember(GuardedProcess server) {
        process.remember(server);
    }

    /// Gives the folder and all in it to this user, where it is not theirs already.
    void giveTo(String owner) throws IOException {
        if (!Files.getOwner(path).getName().equals(owner)) {
            giveAllTo(owner);
        }
    }

    /// Gives the folder and all in it to this user.
    void giveAllTo(String owner) throws IOException {
        UserPrincipal principal = path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(owner);
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.setOwner(each, principal);
            }
        }
    }

    /// Writes a file that only its owner reads.
    static void writeSecret(Path file, String secret) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, secret);
    }

    /// Releases the folder; deletes a temporary one.
    @Override
    public void close() {
        try {
            process.forget();
            lock.close();
            if (temporary) {
                delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Deletes a folder with all its content; a missing one is no error.
    static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
