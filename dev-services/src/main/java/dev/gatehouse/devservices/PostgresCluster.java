package dev.gatehouse.devservices;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The files of one PostgreSQL: made once, whole or not at all, together with a random password that only their owner can read.
final class PostgresCluster {

    static final String USER = "gatehouse";
    static final String DATABASE = "gatehouse";

    private static final String MAJOR_VERSION = "18";
    private static final int STEP_SECONDS = 60;

    private final DataFolder folder;
    private final Path programs;
    private final ServerUser user;

    PostgresCluster(DataFolder folder) {
        this(folder, ServerUser.forRunning(Binaries.postgres().resolve("bin/postgres"), folder));
    }

    PostgresCluster(DataFolder folder, ServerUser user) {
        this.folder = folder;
        this.programs = Binaries.postgres().resolve("bin");
        this.user = user;
    }

    /// The folder the server calls its data directory.
    Path path() {
        return folder.resolve("cluster");
    }

    /// Makes the files where they are missing, checks and mends them where they exist.
    void prepare() {
        try {
            if (Files.isDirectory(path())) {
                checkVersion();
                forgetDeadServer();
            } else {
                create();
            }
        } catch (IOException e) {
            throw new ServiceStartException(
                    "PostgreSQL cannot start: cannot prepare %s (%s)".formatted(folder.path(), e.getMessage()), e);
        }
    }

    private void checkVersion() throws IOException {
        String version = Files.readString(path().resolve("PG_VERSION")).trim();
        if (!version.equals(MAJOR_VERSION)) {
            throw new ServiceStartException("PostgreSQL cannot start: %s holds data of version %s, this is %s; empty the folder"
                    .formatted(folder.path(), version, MAJOR_VERSION));
        }
    }

    // We hold the folder's lock and an orphan of ours has been stopped: a server that still runs here was started by hand.
    // Otherwise the file is stale, and its process number may belong to another program by now, which PostgreSQL would mistake
    // for a server.
    private void forgetDeadServer() throws IOException {
        Path pidFile = path().resolve("postmaster.pid");
        if (Files.notExists(pidFile)) {
            return;
        }
        String pid = Files.readAllLines(pidFile, StandardCharsets.ISO_8859_1).stream().findFirst().orElse("").trim();
        boolean running = pid.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(pid))
                .flatMap(process -> process.info().command()).filter(command -> command.endsWith("/postgres")).isPresent();
        if (running) {
            throw new ServiceStartException("PostgreSQL cannot start: process %s already serves %s".formatted(pid, path()));
        }
        Files.delete(pidFile);
    }

    private void create() throws IOException {
        DataFolder.writeSecret(folder.resolve("password"), randomHex());
        Path unfinished = folder.resolve("cluster.unfinished");
        DataFolder.delete(unfinished);
        Files.createDirectory(unfinished);
        folder.giveAllTo(user.owner());
        // The builtin provider gives the same order and case rules on every machine, whatever its C library.
        run("", "initdb", "-D", unfinished.toString(), "--username=" + USER, "--pwfile=" + folder.resolve("password"),
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                "--no-sync", "--no-instructions");
        run("CREATE DATABASE " + DATABASE + "\n", "postgres", "--single", "-D", unfinished.toString(), "-c", "fsync=off",
                "postgres");
        Files.move(unfinished, path(), StandardCopyOption.ATOMIC_MOVE);
    }

    static String randomHex() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void run(String input, String program, String... arguments) throws IOException {
        Path log = folder.resolve(program + "-first.log");
        Process process = new ProcessBuilder(user.command(programs.resolve(program), arguments)).directory(folder.path().toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try (OutputStream out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            process.destroy(); // it ended before it read; its log says why
        }
        try {
            if (!process.waitFor(STEP_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new ServiceStartException("PostgreSQL cannot start: %s failed: %s".formatted(program, lastLine(log)));
            }
            Files.delete(log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceStartException("PostgreSQL cannot start: interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String lastLine(Path log) throws IOException {
        return Files.readString(log, StandardCharsets.ISO_8859_1).lines().filter(line -> !line.isBlank())
                .reduce((first, second) -> second).orElse("it said nothing");
    }

    /// The words that run the server. Durable unless the files are to be thrown away.
    List<String> serverCommand(int port, boolean durable) {
        List<String> settings = new ArrayList<>(List.of("listen_addresses=127.0.0.1", "unix_socket_directories=",
                "max_connections=200", "shared_buffers=64MB", "timezone=UTC", "log_timezone=UTC", "io_method=sync", "jit=off"));
        if (!durable) {
            settings.addAll(List.of("fsync=off", "synchronous_commit=off", "full_page_writes=off"));
        }
        List<String> words = new ArrayList<>(
                user.command(programs.resolve("postgres"), "-D", path().toString(), "-p", Integer.toString(port)));
        settings.forEach(setting -> words.addAll(List.of("-c", setting)));
        return words;
    }

    String url(int port, String database) {
        return "postgres://%s:%s@127.0.0.1:%d/%s".formatted(USER, password(), port, database);
    }

    String password() {
        try {
            return Files.readString(folder.resolve("password")).trim();
        } catch (IOException e) {
            throw new ServiceStartException("PostgreSQL cannot start: its password is missing in %s; empty the folder"
                    .formatted(folder.path()), e);
        }
    }
}
