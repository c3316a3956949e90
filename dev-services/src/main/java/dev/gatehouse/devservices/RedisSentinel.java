package dev.gatehouse.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.gatehouse.devservices.process.Command;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.devservices.process.GuardedProcess;
import dev.gatehouse.devservices.process.Signal;

/// A real Redis, a replica of it and a sentinel that puts the replica in its place when it is gone, on loopback. They end with this JVM. Blocks
/// until they are what they say. Safe to share between threads.
public final class RedisSentinel implements AutoCloseable {

    private static final String NAME = "gatehouse";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final Redis master = Redis.temporary();
    private final Redis replica = Redis.temporary(List.of("--replicaof", "127.0.0.1", "" + master.port()));
    private final DataFolder folder = DataFolder.temporary("Sentinel");
    private final int port = FreePorts.next();
    private final GuardedProcess sentinel = launch();

    private RedisSentinel() {}

    /// All three on free ports.
    public static RedisSentinel temporary() {
        RedisSentinel started = new RedisSentinel();
        if (!Deadline.in(PATIENCE).await(started::knowsTheReplica)) {
            started.close();
            throw new ServiceStartException("The Redis sentinel does not find the replica");
        }
        return started;
    }

    private GuardedProcess launch() {
        try {
            Path file = Files.writeString(folder.resolve("sentinel.conf"), """
                    bind 127.0.0.1
                    port %d
                    sentinel monitor %s 127.0.0.1 %d 1
                    sentinel down-after-milliseconds %2$s 1000
                    sentinel failover-timeout %2$s 5000
                    """.formatted(port, NAME, master.port()));
            Command command = Command.of(List.of(Binaries.redis().toString(), file.toString(), "--sentinel"), folder.path(),
                    folder.resolve("server.log"));
            GuardedProcess started = GuardedProcess.start(command.removing(folder.path()));
            folder.remember(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean knowsTheReplica() {
        return RedisCommands.ask(port, "INFO", "sentinel").contains("status=ok,address=127.0.0.1:" + master.port() + ",slaves=1");
    }

    /// The replica becomes the master, and the sentinel is told so. The old master keeps its clients and refuses what they write; it hears of the new one no
    /// more than if it were cut off.
    public void replaceMaster() {
        require(port, "SENTINEL", "REMOVE", NAME);
        require(replica.port(), "REPLICAOF", "NO", "ONE");
        require(master.port(), "REPLICAOF", "127.0.0.1", "1");
        require(port, "SENTINEL", "MONITOR", NAME, "127.0.0.1", "" + replica.port(), "1");
    }

    private static void require(int port, String... command) {
        String answer = RedisCommands.ask(port, command);
        if (!answer.equals("+OK")) {
            throw new IllegalStateException("%s %s: %s".formatted(command[0], command[1], answer));
        }
    }

    /// `redis-sentinel://127.0.0.1:port#name`.
    public String url() {
        return "redis-sentinel://127.0.0.1:" + port + "#" + NAME;
    }

    /// The first master.
    public Redis master() {
        return master;
    }

    /// What takes its place.
    public Redis replica() {
        return replica;
    }

    @Override
    public void close() {
        sentinel.stop(Signal.TERM, STOP_PATIENCE);
        replica.close();
        master.close();
        folder.close();
    }
}
