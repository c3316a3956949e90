package dev.gatehouse.devservices;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.devservices.process.Command;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.devservices.process.GuardedProcess;
import dev.gatehouse.devservices.process.Signal;

/// A real PostgreSQL 18 on loopback, with a random password. It ends with this JVM, however the JVM ends. All methods block until
/// what they promise is true or a deadline has passed. Safe to share between threads.
public final class Postgres implements AutoCloseable {

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);
    private static final int TRIES = 3;

    private final DataFolder folder;
    private final PostgresCluster cluster;
    private final int port;
    private final Path log;
    private GuardedProcess server;
    private boolean closed;

    private Postgres(DataFolder folder, PostgresCluster cluster, int port, Path log) {
        this.folder = folder;
        this.cluster = cluster;
        this.port = port;
        this.log = log;
        this.server = launch();
    }

    /// A server on a free port with files that are deleted at the end, and that gives up durability for speed.
    public static Postgres temporary() {
        ServiceStartException last = new ServiceStartException("PostgreSQL cannot start");
        for (int tries = 0; tries < TRIES; tries++) {
            try {
                return start(DataFolder.temporary("PostgreSQL"), FreePorts.next(), null);
            } catch (ServiceStartException e) {
                last = e; // mostly a port that another process took in between
            }
        }
        throw last;
    }

    /// A server whose data survives in this folder. Recovers what a killed server left. Refuses, with one line for a person, a
    /// busy port and a folder in use.
    public static Postgres at(Path data, int port) {
        return at(data, port, data.resolve("server.log"));
    }

    /// The same with its log elsewhere.
    public static Postgres at(Path data, int port, Path log) {
        return start(DataFolder.open("PostgreSQL", data), port, log);
    }

    /// The one server that all tests of this JVM share; started at the first call.
    public static Postgres shared() {
        return Shared.INSTANCE;
    }

    private static final class Shared {
        static final Postgres INSTANCE = temporary();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::close, "stop-shared-postgres"));
        }
    }

    private static Postgres start(DataFolder folder, int port, @Nullable Path log) {
        try {
            FreePorts.require("PostgreSQL", port);
            PostgresCluster cluster = new PostgresCluster(folder);
            cluster.prepare();
            return new Postgres(folder, cluster, port, log == null ? folder.resolve("server.log") : log);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private GuardedProcess launch() {
        Command command = Command.of(cluster.serverCommand(port, !folder.isTemporary()), cluster.path(), log.toAbsolutePath())
                .whenOrphaned(folder.isTemporary() ? Signal.QUIT : Signal.INT);
        GuardedProcess started = GuardedProcess.start(folder.isTemporary() ? command.removing(folder.path()) : command);
        folder.remember(started);
        Deadline.in(START_PATIENCE).await(() -> isReady(started) || !started.alive());
        if (!started.alive() || !isReady(started)) {
            started.kill();
            throw new ServiceStartException("PostgreSQL cannot start: %s (log: %s)".formatted(reason(started), log));
        }
        return started;
    }

    // The server writes its state into the eighth line of its pid file: no connection is needed to see it, and none fails.
    private boolean isReady(GuardedProcess started) {
        try {
            List<String> lines = Files.readAllLines(cluster.path().resolve("postmaster.pid"), StandardCharsets.ISO_8859_1);
            return lines.size() >= 8 && lines.getFirst().trim().equals(Long.toString(started.handle().pid()))
                    && lines.get(7).startsWith("ready");
        } catch (IOException e) {
            return false;
        }
    }

    private static String reason(GuardedProcess process) {
        return process.lastLines(20).stream().filter(line -> line.contains("FATAL") || line.contains("PANIC")).findFirst()
                .map(line -> line.substring(line.indexOf("  ") + 2))
                .orElseGet(() -> process.lastLines(1).stream().findFirst().orElse("it said nothing"));
    }

    /// A new, empty database of its own for a test: its URL, `postgres://user:password@127.0.0.1:port/name`.
    public String freshDatabase() {
        String name = "test_" + PostgresCluster.randomHex();
        try (Connection connection = DriverManager.getConnection(jdbc("postgres"), PostgresCluster.USER, cluster.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " STRATEGY WAL_LOG");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create a database on port " + port, e);
        }
        return cluster.url(port, name);
    }

    private String jdbc(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?connectTimeout=10&loginTimeout=20&socketTimeout=60".formatted(port, database);
    }

    /// The URL of the database `gatehouse`, `postgres://user:password@127.0.0.1:port/gatehouse`.
    public String url() {
        return cluster.url(port, PostgresCluster.DATABASE);
    }

    /// The port on 127.0.0.1.
    public int port() {
        return port;
    }

    /// Ends the whole server at once, as a power cut would; [#restart()] brings it back.
    public synchronized void kill() {
        server.kill();
    }

    /// Starts the server again on the same port and data, stopping it first where it runs.
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        stop();
        FreePorts.require("PostgreSQL", port);
        cluster.prepare();
        server = launch();
    }

    /// Freezes the server: its port accepts, nothing answers.
    public synchronized void pause() {
        server.pause();
    }

    /// Wakes the server from [#pause()].
    public synchronized void resume() {
        server.resume();
    }

    /// The server that runs now; [#restart()] replaces it.
    public synchronized GuardedProcess process() {
        return server;
    }

    /// Stops the server; the files of a temporary one are deleted.
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            stop();
            folder.close();
        }
    }

    private void stop() {
        if (server.alive()) {
            server.resume();
            server.stop(folder.isTemporary() ? Signal.QUIT : Signal.INT, STOP_PATIENCE);
        }
    }
}
