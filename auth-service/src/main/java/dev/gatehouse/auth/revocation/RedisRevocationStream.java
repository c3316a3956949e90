package dev.gatehouse.auth.revocation;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import org.jspecify.annotations.Nullable;

/// [RevocationStream] on one Redis, a sentinel group or a cluster. Connects at the first call and again after a loss.
final class RedisRevocationStream implements RevocationStream {

    // As the settings are checked: a comma before a scheme separates nodes.
    private static final Pattern NEXT = Pattern.compile(",\\s*(?=redis)");
    private static final String STREAM = "gatehouse:revocations";
    private static final Duration DEADLINE = Duration.ofMillis(400);
    // Only the publisher's own thread waits for a connection.
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(2);
    // An hour: a gateway that starts reads no further back.
    private static final Duration KEPT = Duration.ofHours(1);

    private final ClientResources resources = DefaultClientResources.builder().ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .reconnectDelay(Delay.exponential(Duration.ofMillis(50), Duration.ofMillis(500), 2, TimeUnit.MILLISECONDS))
            .build();
    private final List<RedisURI> nodes;
    private final AbstractRedisClient client;
    private final Clock clock;
    private volatile @Nullable RedisClusterAsyncCommands<String, String> commands;

    RedisRevocationStream(String url, Clock clock) {
        this.nodes = NEXT.splitAsStream(url).map(RedisURI::create).toList();
        nodes.forEach(node -> node.setTimeout(DEADLINE));
        this.client = client();
        this.clock = clock;
    }

    @Override
    public Optional<EntryId> last() {
        List<StreamMessage<String, String>> last = await(commands().xrevrange(STREAM, Range.unbounded(), Limit.from(1)),
                DEADLINE);
        return last.stream().findFirst().map(entry -> EntryId.parse(entry.getId()));
    }

    @Override
    public Optional<EntryId> append(List<Revocation> revocations) {
        return add(revocations, new XAddArgs().nomkstream());
    }

    @Override
    public EntryId create(List<Revocation> revocations) {
        return add(revocations, new XAddArgs()).orElseThrow();
    }

    /// Sends all at once, then waits for all. Redis answers null where it may not make the stream.
    private Optional<EntryId> add(List<Revocation> revocations, XAddArgs how) {
        how.minId(Long.toString(clock.instant().minus(KEPT).toEpochMilli())).approximateTrimming();
        RedisClusterAsyncCommands<String, String> redis = commands();
        List<RedisFuture<String>> added = revocations.stream().map(revocation -> redis.xadd(STREAM, how,
                Map.of("sid", revocation.sessionId().toString(), "until", Long.toString(revocation.until())))).toList();
        List<Optional<String>> ids = added.stream().map(id -> Optional.ofNullable(await(id, DEADLINE))).toList();
        return ids.stream().anyMatch(Optional::isEmpty)
                ? Optional.empty()
                : ids.stream().flatMap(Optional::stream).map(EntryId::parse).max(EntryId::compareTo);
    }

    @Override
    public boolean answers() {
        RedisClusterAsyncCommands<String, String> connected = commands;
        try {
            return connected != null && "PONG".equals(await(connected.ping(), DEADLINE));
        } catch (Unreachable away) {
            return false;
        }
    }

    @Override
    public void close() {
        client.shutdown(0, 1, TimeUnit.SECONDS);
        var _ = resources.shutdown(0, 1, TimeUnit.SECONDS); // nobody waits for its threads
    }

    /// Called by the publisher's thread alone.
    private RedisClusterAsyncCommands<String, String> commands() {
        RedisClusterAsyncCommands<String, String> connected = commands;
        if (connected == null) {
            connected = connect();
            commands = connected;
        }
        return connected;
    }

    private RedisClusterAsyncCommands<String, String> connect() {
        return switch (client) {
            case RedisClient single ->
                await(single.connectAsync(StringCodec.UTF8, nodes.getFirst()), CONNECT_DEADLINE).async();
            case RedisClusterClient cluster -> await(cluster.connectAsync(StringCodec.UTF8), CONNECT_DEADLINE).async();
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
        ClusterClientOptions.Builder options = ClusterClientOptions.builder();
        options(options);
        cluster.setOptions(options.build());
        return cluster;
    }

    private static ClientOptions.Builder options(ClientOptions.Builder options) {
        return options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_DEADLINE).keepAlive(true).build())
                .timeoutOptions(TimeoutOptions.enabled(DEADLINE));
    }

    private static <T> T await(CompletionStage<T> stage, Duration deadline) {
        try {
            return stage.toCompletableFuture().get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | RedisException away) {
            throw new Unreachable(away);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Unreachable(stopped);
        }
    }
}
