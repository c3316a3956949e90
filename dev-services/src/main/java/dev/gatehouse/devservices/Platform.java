package dev.gatehouse.devservices;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

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
        Path home = Path.of(System.getProperty("user.home", "/nonexistent"));
        Path cache = configured != null && configured.startsWith("/") ? Path.of(configured) : home.resolve(".cache");
        try {
            return Files.createDirectories(cache.resolve("gatehouse"));
        } catch (IOException e) {
            return Path.of(System.getProperty("java.io.tmpdir"), "gatehouse-cache-" + System.getProperty("user.name"));
        }
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
