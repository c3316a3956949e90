package dev.gatehouse.devservices.up;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import dev.gatehouse.devservices.ServiceStartException;
import dev.gatehouse.devservices.process.FolderLock;
import dev.gatehouse.devservices.process.ProcessFile;
import dev.gatehouse.devservices.process.Signal;

/// The folder that keeps data, logs and secrets between runs. One run at a time has it.
final class Home {

    private static final int KEY_BYTES = 32;
    private static final FileAttribute<Set<PosixFilePermission>> OURS_ALONE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final Duration LEFTOVER_PATIENCE = Duration.ofSeconds(20);

    private final Path path;
    private final FolderLock lock;

    private Home(Path path, FolderLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /// Takes the folder, creating it where it is missing. Refuses one that another run has. Ends what a killed run left running.
    static Home open(Path path) throws IOException {
        Files.createDirectories(path);
        // Mails with links that sign somebody in stand in the logs.
        Files.createDirectories(path.resolve("logs"), OURS_ALONE);
        FolderLock lock = FolderLock.of(path)
                .orElseThrow(() -> new ServiceStartException("Gatehouse is up already with the data in " + path));
        Home home = new Home(path, lock);
        home.endLeftovers();
        home.keepFormerLogs();
        return home;
    }

    // The guard of a killed run's child ends it within moments; this waits for it, so that its port is not taken for busy.
    private void endLeftovers() {
        for (String child : List.of("gateway", "auth-service", "backend")) {
            processOf(child).endLeftover(Signal.TERM, LEFTOVER_PATIENCE);
        }
        for (Path service : List.of(redis(), postgres())) {
            new ProcessFile(service.resolve("process")).endLeftover(Signal.INT, LEFTOVER_PATIENCE);
        }
    }

    private void keepFormerLogs() throws IOException {
        if (Files.exists(mails())) {
            delete(mails());
        }
        for (Path log : list(logs())) {
            if (log.toString().endsWith(".log")) {
                Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /// Deletes everything but the logs.
    void empty() throws IOException {
        for (Path entry : list(path)) {
            if (!entry.equals(logs()) && !entry.endsWith("lock")) {
                delete(entry);
            }
        }
    }

    private static void delete(Path entry) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(entry)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    /// The key under which the auth service encrypts its secrets: made at the first start, kept in a file that only its owner
    /// reads.
    String encryptionKey(SecureRandom random) throws IOException {
        return keptKey("kek", random);
    }

    /// The gateway's own: who breaks into the edge must not hold the auth service's.
    String gatewayEncryptionKey(SecureRandom random) throws IOException {
        return keptKey("gateway-kek", random);
    }

    private String keptKey(String name, SecureRandom random) throws IOException {
        Path file = path.resolve(name);
        if (Files.notExists(file)) {
            byte[] key = new byte[KEY_BYTES];
            random.nextBytes(key);
            writeWhole(file, Base64.getEncoder().encodeToString(key) + "\n");
        }
        return Files.readString(file).trim();
    }

    // Written beside its place and moved there: a start that is killed leaves no half a key.
    private static void writeWhole(Path file, String content) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(unfinished, content);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    ProcessFile processOf(String child) {
        return new ProcessFile(path.resolve(child + ".process"));
    }

    Path postgres() {
        return path.resolve("postgres");
    }

    Path redis() {
        return path.resolve("redis");
    }

    /// What the gateway keeps over a restart; the gateway makes the folder, so that nobody else can write to it.
    Path gatewayState() {
        return path.resolve("gateway");
    }

    Path logs() {
        return path.resolve("logs");
    }

    Path log(String name) {
        return logs().resolve(name + ".log");
    }

    /// The mails of this run as pages.
    Path mails() {
        return logs().resolve("mails");
    }

    /// Leaves the folder to the next run. The end of the JVM does the same.
    void release() {
        lock.close();
    }
}
