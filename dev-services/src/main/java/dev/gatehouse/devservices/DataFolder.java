package dev.gatehouse.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.devservices.process.GuardedProcess;
import dev.gatehouse.devservices.process.Signal;

/// The folder of one service, owned by one JVM at a time: a file lock, which ends with the JVM, tells a living owner from the
/// leftovers of a dead one. It also remembers the server's process, so that one left behind can be found and stopped.
final class DataFolder implements AutoCloseable {

    private static final Duration ORPHAN_PATIENCE = Duration.ofSeconds(20);

    private final String service;
    private final Path path;
    private final boolean temporary;
    private final FileChannel lock;

    private DataFolder(String service, Path path, boolean temporary, FileChannel lock) {
        this.service = service;
        this.path = path;
        this.temporary = temporary;
        this.lock = lock;
    }

    /// Opens a folder that survives, creating it where it is missing. A process that an earlier owner left running in it is
    /// stopped. Refuses a folder that another process owns.
    static DataFolder open(String service, Path path) {
        try {
            Path absolute = path.toAbsolutePath().normalize();
            Files.createDirectories(absolute);
            FileChannel lock = lock(service, absolute);
            DataFolder folder = new DataFolder(service, absolute, false, lock);
            folder.stopOrphan();
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
            return new DataFolder(service, path, true, lock(service, path));
        } catch (IOException e) {
            throw new ServiceStartException("%s cannot start: no temporary folder (%s)".formatted(service, e.getMessage()), e);
        }
    }

    private static FileChannel lock(String service, Path path) throws IOException {
        Path file = path.resolve("lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new ServiceStartException("%s cannot start: another process uses its data folder %s".formatted(service, path));
        }
        return channel;
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
        ProcessHandle handle = server.handle();
        String line = handle.pid() + " " + startOf(handle).map(Instant::toEpochMilli).orElse(0L) + "\n";
        try {
            Files.writeString(resolve("process"), line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // The start time guards against a number that the system has given to another process since.
    private void stopOrphan() throws IOException {
        Path file = resolve("process");
        if (Files.notExists(file)) {
            return;
        }
        String[] words = Files.readString(file).trim().split(" ", -1);
        if (words.length == 2 && words[0].matches("\\d{1,18}")) {
            ProcessHandle.of(Long.parseLong(words[0])).filter(found -> startOf(found)
                    .filter(start -> Long.toString(start.toEpochMilli()).equals(words[1])).isPresent()).ifPresent(this::end);
        }
        Files.deleteIfExists(file);
    }

    private void end(ProcessHandle orphan) {
        Signal.CONT.sendTo(List.of(orphan));
        Signal.INT.sendTo(List.of(orphan));
        if (!Deadline.in(ORPHAN_PATIENCE).await(() -> GuardedProcess.hasEnded(orphan))) {
            throw new ServiceStartException("%s cannot start: process %d of an earlier run still uses %s and does not end"
                    .formatted(service, orphan.pid(), path));
        }
    }

    private static Optional<Instant> startOf(ProcessHandle process) {
        return process.info().startInstant();
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
            Files.deleteIfExists(resolve("process"));
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
