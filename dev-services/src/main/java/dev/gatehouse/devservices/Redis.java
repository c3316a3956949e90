package dev.gatehouse.devservices;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.devservices.process.Command;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.devservices.process.GuardedProcess;
import dev.gatehouse.devservices.process.Signal;

/// A real Redis on loopback. It ends with this JVM, however the JVM ends. All methods block until what they promise is true or a
/// deadline has passed. Safe to share between threads.
public final class Redis implements AutoCloseable {

    private static final Duration START_PATIENCE = Duration.ofSeconds(30);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
    private static final int TRIES = 3;
    private static final int PING_MILLIS = 500;

    private final DataFolder folder;
    private final int port;
    private final Path log;
    private final List<String> options;
    private GuardedProcess server;
    private boolean closed;

    private Redis(DataFolder folder, int port, Path log, List<String> options) {
        this.folder = folder;
        this.port = port;
        this.log = log;
        this.options = options;
        this.server = launch();
    }

    /// A server on a free port that keeps its data in memory only.
    public static Redis temporary() {
        return temporary(List.of());
    }

    /// The same with further options of `redis-server`.
    static Redis temporary(List<String> options) {
        ServiceStartException last = new ServiceStartException("Redis cannot start");
        for (int tries = 0; tries < TRIES; tries++) {
            try {
                return start(DataFolder.temporary("Redis"), FreePorts.next(), null, options);
            } catch (ServiceStartException e) {
                last = e; // mostly a port that another process took in between
            }
        }
        throw last;
    }

    /// A server whose data survives in this folder (an append-only file, written every second). Refuses, with one line for a
    /// person, a busy port and a folder in use.
    public static Redis at(Path data, int port) {
        return at(data, port, data.resolve("server.log"));
    }

    /// The same with its log elsewhere.
    public static Redis at(Path data, int port, Path log) {
        return start(DataFolder.open("Redis", data), port, log, List.of());
    }

    /// The one server that all tests of this JVM share; started at the first call.
    public static Redis shared() {
        return Shared.INSTANCE;
    }

    private static final class Shared {
        static final Redis INSTANCE = temporary();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::close, "stop-shared-redis"));
        }
    }

    private static Redis start(DataFolder folder, int port, @Nullable Path log, List<String> options) {
        try {
            FreePorts.require("Redis", port);
            return new Redis(folder, port, log == null ? folder.resolve("server.log") : log, options);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private GuardedProcess launch() {
        // The folder is given as "." because Redis splits its arguments at spaces.
        List<String> words = new ArrayList<>(
                List.of(Binaries.redis().toString(), "--bind", "127.0.0.1", "--port", Integer.toString(port), "--dir", ".",
                        "--save", "", "--appendonly", folder.isTemporary() ? "no" : "yes", "--daemonize", "no"));
        words.addAll(options);
        Command command = Command.of(words, folder.path(), log.toAbsolutePath());
        GuardedProcess started = GuardedProcess.start(folder.isTemporary() ? command.removing(folder.path()) : command);
        folder.remember(started);
        Deadline.in(START_PATIENCE).await(() -> answers() || !started.alive());
        if (!started.alive() || !answers()) {
            started.kill();
            throw new ServiceStartException("Redis cannot start: %s (log: %s)".formatted(reason(started), log));
        }
        return started;
    }

    // While Redis still reads its file it answers -LOADING.
    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PING_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), PING_MILLIS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    private static String reason(GuardedProcess process) {
        return process.lastLines(20).stream().filter(line -> line.contains(" # ")).reduce((first, second) -> second)
                .map(line -> line.substring(line.indexOf(" # ") + 3)).orElse("it does not answer");
    }

    /// `redis://127.0.0.1:port`.
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /// The port on 127.0.0.1.
    public int port() {
        return port;
    }

    /// Ends the server at once; [#restart()] brings it back, a temporary one empty.
    public synchronized void kill() {
        server.kill();
    }

    /// Starts the server again on the same port and data, stopping it first where it runs.
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        stop();
        FreePorts.require("Redis", port);
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
            server.stop(Signal.TERM, STOP_PATIENCE);
        }
    }
}
