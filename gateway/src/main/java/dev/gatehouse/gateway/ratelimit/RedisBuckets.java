package dev.gatehouse.gateway.ratelimit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.VerboseResult;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.RedisApi;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Bucket4j's buckets in Redis, one key per limit and value. A key expires by itself when its window is over. Thread-safe, never blocks.
///
/// The connection is opened in the background and, where that failed, again with the next draw; after that Lettuce keeps it.
public final class RedisBuckets implements Buckets {

    private static final Logger LOG = LoggerFactory.getLogger(RedisBuckets.class);
    // In each round of a race for a key one instance wins; a draw that lost this often is not waited for any more.
    private static final int MOST_ROUNDS = 100;

    private final Supplier<? extends CompletionStage<? extends RedisClusterAsyncCommands<byte[], byte[]>>> connect;
    private final AtomicBoolean connecting = new AtomicBoolean();
    private final CompletableFuture<Void> firstAttempt = new CompletableFuture<>();
    private final TimeMeter clock;
    private volatile @Nullable AsyncProxyManager<byte[]> buckets;

    /// Begins to connect.
    ///
    /// @param connect opens a connection of its own for the limiter: its commands are small and must not queue behind large ones. Called again
    /// when an attempt failed, never twice at once. A single server's `RedisAsyncCommands` and a cluster's both fit.
    /// @param clock the wall clock that windows are counted by
    public RedisBuckets(Supplier<? extends CompletionStage<? extends RedisClusterAsyncCommands<byte[], byte[]>>> connect,
            InstantSource clock) {
        this.connect = connect;
        this.clock = new WallClock(clock);
        connectOnce();
    }

    @Override
    public CompletionStage<Drawn> draw(Rule rule, String key, long tokens) {
        AsyncProxyManager<byte[]> connected = buckets;
        if (connected == null) {
            connectOnce();
            return CompletableFuture.failedFuture(new IllegalStateException("not connected to Redis"));
        }
        return draw(connected, rule, key, tokens);
    }

    private static CompletionStage<Drawn> draw(AsyncProxyManager<byte[]> connected, Rule rule, String key, long tokens) {
        return bucket(connected, rule, key).asVerbose().tryConsumeAsMuchAsPossible(tokens).thenApply(RedisBuckets::drawn);
    }

    @Override
    public CompletionStage<Void> giveBack(Rule rule, String key, long tokens) {
        AsyncProxyManager<byte[]> connected = buckets;
        return connected == null ? CompletableFuture.completedStage(null) : bucket(connected, rule, key).addTokens(tokens);
    }

    private static AsyncBucketProxy bucket(AsyncProxyManager<byte[]> connected, Rule rule, String key) {
        return connected.builder()
                .build(key.getBytes(StandardCharsets.UTF_8), () -> CompletableFuture.completedFuture(rule.bucket()));
    }

    private static Drawn drawn(VerboseResult<Long> result) {
        long fullAt = result.getOperationTimeNanos() + result.getDiagnostics().calculateFullRefillingTime();
        return new Drawn(result.getValue(), Math.max(0, result.getDiagnostics().getAvailableTokens()),
                TimeUnit.NANOSECONDS.toMillis(fullAt));
    }

    /// Ends when the first attempt to connect has ended, whether it succeeded or not: for a start that wants shared limits from the first request.
    /// Bound the wait.
    public CompletionStage<Void> firstAttempt() {
        return firstAttempt;
    }

    private void connectOnce() {
        if (!connecting.compareAndSet(false, true)) {
            return;
        }
        try {
            connect.get().thenCompose(this::warmedUp).whenComplete(this::connected);
        } catch (RuntimeException e) {
            connected(null, e);
        }
    }

    private void connected(@Nullable AsyncProxyManager<byte[]> connection, @Nullable Throwable failure) {
        if (connection == null) {
            LOG.warn("No connection to Redis: {}", String.valueOf(failure));
            connecting.set(false);
        }
        buckets = connection;
        firstAttempt.complete(null);
    }

    /// Creates, changes and exhausts a bucket of nobody's: loading the classes for that takes longer than a request would wait.
    private CompletionStage<AsyncProxyManager<byte[]>> warmedUp(RedisClusterAsyncCommands<byte[], byte[]> commands) {
        AsyncProxyManager<byte[]> connection = over(commands);
        Rule nobodys = new Rule("warm-up", new LimitSpec("warm-up", new LimitKey.Route(), 2, Duration.ofSeconds(1)));
        return draw(connection, nobodys, nobodys.prefix(), 1).thenCompose(_ -> draw(connection, nobodys, nobodys.prefix(), 1))
                .thenCompose(_ -> draw(connection, nobodys, nobodys.prefix(), 1))
                .thenApply(_ -> connection);
    }

    private AsyncProxyManager<byte[]> over(RedisClusterAsyncCommands<byte[], byte[]> commands) {
        return new Bucket4jLettuce.LettuceBasedProxyManagerBuilder<>(new Commands<>(commands)).clientClock(clock)
                .maxRetries(MOST_ROUNDS)
                .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofSeconds(1)))
                .build()
                .asAsync();
    }

    /// The three commands that Bucket4j needs, from a single server or a cluster alike. Generic because Bucket4j's array of keys is an
    /// `Object[]`, whatever its type says.
    private record Commands<K>(RedisClusterAsyncCommands<K, byte[]> redis) implements RedisApi<K> {

        @Override
        public <V> RedisFuture<V> eval(String script, ScriptOutputType type, K[] keys, byte[][] values) {
            return redis.eval(script, type, keys, values);
        }

        @Override
        public RedisFuture<byte[]> get(K key) {
            return redis.get(key);
        }

        @Override
        @SuppressWarnings("unchecked") // the varargs array never leaves Lettuce
        public RedisFuture<?> delete(K key) {
            return redis.del(key);
        }
    }

    /// Windows end by the wall clock: instances must agree on them.
    private record WallClock(InstantSource source) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return TimeUnit.MILLISECONDS.toNanos(source.millis());
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }
}
