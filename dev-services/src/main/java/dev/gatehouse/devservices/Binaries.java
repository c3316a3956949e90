package dev.gatehouse.devservices;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/// The servers' programs, unpacked once per version into the user's cache. Safe between threads and between processes.
final class Binaries {

    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");

    private Binaries() {}

    /// The folder with PostgreSQL's `bin`, `lib` and `share`.
    static Path postgres() {
        String name = Platform.isMac() ? "postgres-darwin-" : "postgres-linux-";
        String arch = Platform.isArm() ? "arm_64" : "x86_64";
        String libc = Platform.isMusl() ? "-alpine_linux" : "";
        URL archive = Binaries.class.getResource("/" + name + arch + libc + ".txz");
        if (archive == null) {
            throw new ServiceStartException("PostgreSQL cannot start: no PostgreSQL for %s among the dependencies"
                    .formatted(Platform.description()));
        }
        return unpacked("postgres", archive, Binaries::unpackArchive);
    }

    /// The `redis-server` program. The usual Linux build needs OpenSSL 3 on the machine; where that is missing, a static one
    /// serves.
    static Path redis() {
        List<String> names = redisNames();
        for (String name : names) {
            URL program = Binaries.class.getResource("/" + name);
            if (program != null) {
                Path path = unpacked("redis", program, Binaries::copyProgram).resolve("redis-server");
                if (name.equals(names.getLast()) || runs(path)) {
                    return path;
                }
            }
        }
        throw new ServiceStartException("Redis cannot start: no Redis for %s among the dependencies"
                .formatted(Platform.description()));
    }

    private static List<String> redisNames() {
        if (Platform.isMac()) {
            return List.of("redis-server-6.2.6-v5-darwin-" + (Platform.isArm() ? "arm64" : "amd64"));
        }
        return Platform.isArm()
                ? List.of("redis-server-6.2.7-linux-arm64")
                : List.of("redis-server-6.2.6-v5-linux-amd64", "redis-server-6.2.7-linux-386");
    }

    private static boolean runs(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private interface Unpacking {
        void unpack(InputStream resource, Path folder) throws IOException;
    }

    // Unpacked beside its place and moved there whole: a killed unpacking leaves nothing that looks finished.
    private static Path unpacked(String name, URL resource, Unpacking unpacking) {
        try {
            Path cache = Files.createDirectories(Platform.cache());
            Path folder = cache.resolve(name + "-" + Platform.identity(resource));
            if (Files.isDirectory(folder)) {
                return folder;
            }
            synchronized (Binaries.class) {
                try (FileChannel channel = FileChannel.open(cache.resolve(name + ".lock"), StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
                    if (lock.isValid() && !Files.isDirectory(folder)) {
                        unpackInto(folder, resource, unpacking);
                    }
                }
            }
            return folder;
        } catch (IOException e) {
            throw new ServiceStartException("cannot unpack %s (%s)".formatted(name, e.getMessage()), e);
        }
    }

    private static void unpackInto(Path folder, URL resource, Unpacking unpacking) throws IOException {
        Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
        DataFolder.delete(unfinished);
        Files.createDirectory(unfinished, PosixFilePermissions.asFileAttribute(PROGRAM));
        try (InputStream content = new BufferedInputStream(resource.openStream())) {
            unpacking.unpack(content, unfinished);
        }
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void copyProgram(InputStream program, Path folder) throws IOException {
        Path path = folder.resolve("redis-server");
        Files.copy(program, path);
        Files.setPosixFilePermissions(path, PROGRAM);
    }

    private static void unpackArchive(InputStream archive, Path folder) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(archive))) {
            for (@Nullable
            TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("entry outside the archive: " + entry.getName());
                }
                unpackEntry(tar, entry, target);
            }
        }
    }

    private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, target);
            if ((entry.getMode() & 0100) != 0) {
                Files.setPosixFilePermissions(target, PROGRAM);
            }
        }
    }
}
