package dev.gatehouse.auth.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import org.jspecify.annotations.Nullable;

/// Connects at the first call and again after a loss. Thread-safe.
public final class RedisConnection implements AutoCloseable {

    // As the settings are checked: a comma before a scheme separates nodes.
    private static final Pattern NEXT = Pattern.compile(",\\s*(?=redis)");
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(2);
    private static final Duration REFRESH = Duration.ofSeconds(10); // of what is known of a cluster

    private final ClientResources resources = DefaultClientResources.builder().ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .reconnectDelay(Delay.exponential(Duration.ofMillis(50), Duration.ofMillis(500), 2, TimeUnit.MILLISECONDS))
            .build();
    private final List<RedisURI> nodes;
    private final AbstractRedisClient client;
    private final Duration deadline;
    private final ReentrantLock connecting = new ReentrantLock();
    private volatile @Nullable RedisClusterAsyncCommands<String, String> commands;

    /// Prepares; connects later.
    ///
    /// @param url of one node, or several separated by commas
    /// @param deadline of every command
    /// @throws IllegalArgumentException where it cannot be read
    public RedisConnection(String url, Duration deadline) {
        this.nodes = NEXT.splitAsStream(url).map(RedisURI::create).toList();
        this.deadline = deadline;
        nodes.forEach(node -> node.setTimeout(deadline));
        this.client = client();
    }

    /// {@return commands; connects first where that was not done yet, which blocks for two seconds at most}
    ///
    /// @throws Unreachable where there is no connection
    public RedisClusterAsyncCommands<String, String> commands() {
        RedisClusterAsyncCommands<String, String> connected = commands;
        return connected != null ? connected : connectOnce();
    }

    /// {@return whether Redis answers now; never throws, never connects}
    public boolean answers() {
        RedisClusterAsyncCommands<String, String> connected = commands;
        try {
            return connected != null && "PONG".equals(await(connected.ping()));
        } catch (Unreachable away) {
            return false;
        }
    }

    /// {@return what came of a command}
    ///
    /// @param stage of the command
    /// @param <T> what it answers
    /// @throws Unreachable after the deadline, or where Redis is away
    public <T> T await(CompletionStage<T> stage) {
        return await(stage, deadline);
    }

    @Override
    public void close() {
        client.shutdown(0, 1, TimeUnit.SECONDS);
        var _ = resources.shutdown(0, 1, TimeUnit.SECONDS); // nobody waits for its threads
    }

    private RedisClusterAsyncCommands<String, String> connectOnce() {
        if (!lock()) {
            throw new Unreachable(new TimeoutException("another thread is connecting"));
        }
        try {
            RedisClusterAsyncCommands<String, String> connected = commands;
            if (connected == null) {
                connected = connect();
                commands = connected;
            }
            return connected;
        } finally {
            connecting.unlock();
        }
    }

    /// Who comes while another thread connects waits for it no longer than for an answer.
    private boolean lock() {
        try {
            return connecting.tryLock(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private RedisClusterAsyncCommands<String, String> connect() {
        return switch (client) {
            case RedisClient single ->
                await(single.connectAsync(StringCodec.UTF8, nodes.getFirst()), CONNECT_DEADLINE).async();
            // Lettuce connects to a cluster asynchronously only once it knows its nodes.
            case RedisClusterClient cluster -> await(cluster.refreshPartitionsAsync()
                    .thenCompose(_ -> cluster.connectAsync(StringCodec.UTF8)), CONNECT_DEADLINE).async();
            default -> throw new IllegalStateException("unknown client");
        };
    }

    private AbstractRedisClient client() {
        if (nodes.size() == 1) {
            RedisClient single = RedisClient.create(resources, nodes.getFirst());
            single.setOptions(options(ClientOptions.builder()).build());
            return single;
        }
        RedisClusterClient cluster = RedisClusterClient.create(resources, nodes);
        ClusterClientOptions.Builder options = ClusterClientOptions.builder()
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder().enablePeriodicRefresh(REFRESH).build());
        options(options);
        cluster.setOptions(options.build());
        return cluster;
    }

    private ClientOptions.Builder options(ClientOptions.Builder options) {
        return options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_DEADLINE).keepAlive(true).build())
                .timeoutOptions(TimeoutOptions.enabled(deadline));
    }

    private static <T> T await(CompletionStage<T> stage, Duration deadline) {
        try {
            return stage.toCompletableFuture().get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | CancellationException | RedisException away) {
            throw new Unreachable(away);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Unreachable(stopped);
        }
    }

    /// Redis is away or too slow.
    public static final class Unreachable extends RuntimeException {

        private static final long serialVersionUID = 1;

        Unreachable(Throwable cause) {
            super("Redis does not answer: " + cause.getClass().getSimpleName(), cause);
        }
    }
}
