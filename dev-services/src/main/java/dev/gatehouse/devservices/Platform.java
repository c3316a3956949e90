package dev.gatehouse.devservices;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Objects;

/// The machine we run on, in the words the binaries' artifacts use.
final class Platform {

    private Platform() {}

    static boolean isMac() {
        return System.getProperty("os.name").startsWith("Mac");
    }

    static boolean isLinux() {
        return System.getProperty("os.name").startsWith("Linux");
    }

    static boolean isArm() {
        return System.getProperty("os.arch").equals("aarch64");
    }

    /// Whether the C library is musl (Alpine), for which programs are built apart.
    static boolean isMusl() {
        return Files.exists(Path.of("/etc/alpine-release"));
    }

    static String description() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT) + "/" + System.getProperty("os.arch");
    }

    /// Where unpacked programs are kept between runs: the user's cache folder, or the temporary folder where there is none. Root's
    /// own home is closed to the user as whom PostgreSQL may have to run, so root takes the system's.
    static Path cache() {
        Path system = Path.of("/var/cache");
        if (ServerUser.isRoot() && Files.isWritable(system)) {
            return system.resolve("gatehouse");
        }
        String configured = System.getenv("XDG_CACHE_HOME");
        String home = Objects.requireNonNullElse(System.getenv("HOME"), System.getProperty("user.home", "/nonexistent"));
        Path cache = configured != null && configured.startsWith("/") ? Path.of(configured) : Path.of(home, ".cache");
        try {
            return Files.createDirectories(cache.resolve("gatehouse"));
        } catch (IOException e) {
            return temporaryCache();
        }
    }

    // Anybody could have made a folder of this name and put programs of theirs into it.
    private static Path temporaryCache() {
        String user = System.getProperty("user.name");
        Path cache = Path.of(System.getProperty("java.io.tmpdir"), "gatehouse-cache-" + user);
        try {
            Files.createDirectories(cache, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (Files.getOwner(cache, LinkOption.NOFOLLOW_LINKS).getName().equals(user)) {
                return cache;
            }
        } catch (IOException e) {
            throw new ServiceStartException("cannot keep programs in " + cache + "; set XDG_CACHE_HOME to a folder of yours", e);
        }
        throw new ServiceStartException(cache + " belongs to somebody else; set XDG_CACHE_HOME to a folder of yours");
    }

    /// Something that changes when the resource's content does, without reading it.
    static String identity(URL resource) throws IOException {
        URLConnection connection = resource.openConnection();
        if (connection instanceof JarURLConnection jar) {
            return Long.toHexString(jar.getJarEntry().getCrc()) + "-" + Long.toHexString(jar.getJarEntry().getSize());
        }
        return Long.toHexString(connection.getLastModified()) + "-" + Long.toHexString(connection.getContentLengthLong());
    }
}
