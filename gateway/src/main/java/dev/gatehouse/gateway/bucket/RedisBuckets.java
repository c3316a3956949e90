package dev.gatehouse.gateway.bucket;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.gateway.bucket.WindowBucket.Turn;

/// Bucket4j's buckets in Redis, one key per limit and value. A key expires by itself when its window is over. Thread-safe, never blocks.
///
/// A draw is one exchange with Redis, the first of a window is two, however many instances draw from the key at that moment.
///
/// The connection is opened in the background and, where that failed, again with the next draw; after that Lettuce keeps it, also where Redis
/// takes connections and no scripts yet.
public final class RedisBuckets implements Buckets {

    private static final Logger LOG = LoggerFactory.getLogger(RedisBuckets.class);
    // Two do; a window may end between them, or an older gateway change the bucket in its own way.
    private static final int MOST_EXCHANGES = 8;

    private final Supplier<? extends CompletionStage<? extends RedisClusterAsyncCommands<byte[], byte[]>>> connect;
    private final AtomicBoolean connecting = new AtomicBoolean();
    private final CompletableFuture<Void> firstAttempt = new CompletableFuture<>();
    private final InstantSource clock;
    private volatile @Nullable DrawScript redis;

    /// Begins to connect.
    ///
    /// @param connect opens a connection of its own for the limiter: its commands are small and must not queue behind large ones. Called again
    /// when an attempt failed, never twice at once. A single server's `RedisAsyncCommands` and a cluster's both fit.
    /// @param clock the wall clock that windows are counted by: instances must agree on them
    public RedisBuckets(Supplier<? extends CompletionStage<? extends RedisClusterAsyncCommands<byte[], byte[]>>> connect,
            InstantSource clock) {
        this.connect = connect;
        this.clock = clock;
        connectOnce();
    }

    @Override
    public CompletionStage<Drawn> draw(WindowBucket bucket, String key, long tokens) {
        DrawScript connected = redis;
        if (connected == null) {
            connectOnce();
            return CompletableFuture.failedFuture(new IllegalStateException("not connected to Redis"));
        }
        return new Draw(connected, bucket, octets(key), tokens).begin();
    }

    @Override
    public CompletionStage<Void> giveBack(WindowBucket bucket, String key, long tokens) {
        DrawScript connected = redis;
        return connected == null
                ? CompletableFuture.completedStage(null)
                : connected.draw(bucket, octets(key), clock.millis(), -tokens).thenAccept(_ -> {});
    }

    private static byte[] octets(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
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

    private void connected(@Nullable DrawScript connection, @Nullable Throwable failure) {
        if (connection == null) {
            LOG.warn("No connection to Redis: {}", String.valueOf(failure));
            connecting.set(false);
        }
        redis = connection;
        firstAttempt.complete(null);
    }

    /// Creates, changes and exhausts a bucket of nobody's: loading the classes for that takes longer than a request would wait. A Redis that is still
    /// loading, full or read-only fails it and keeps its connection: it will serve later, and each further one would stay open beside it.
    private CompletionStage<DrawScript> warmedUp(RedisClusterAsyncCommands<byte[], byte[]> commands) {
        DrawScript connection = new DrawScript(commands);
        WindowBucket nobodys = new WindowBucket(2, Duration.ofSeconds(1));
        byte[] key = octets("gatehouse:limit:warm-up");
        return new Draw(connection, nobodys, key, 1).begin()
                .thenCompose(_ -> new Draw(connection, nobodys, key, 2).begin())
                .handle((_, failure) -> {
                    if (failure != null) {
                        LOG.warn("Redis is connected and counts nothing yet: {}", String.valueOf(failure.getMessage()));
                    }
                    return connection;
                });
    }

    /// One draw, of as many exchanges as it needs.
    private final class Draw {

        private final DrawScript script;
        private final WindowBucket bucket;
        private final byte[] key;
        private final long tokens;
        private int exchanges = 1;

        Draw(DrawScript script, WindowBucket bucket, byte[] key, long tokens) {
            this.script = script;
            this.bucket = bucket;
            this.key = key;
            this.tokens = tokens;
        }

        CompletionStage<Drawn> begin() {
            return script.draw(bucket, key, clock.millis(), tokens).thenCompose(answer -> drawnOrTurned(answer, null));
        }

        private CompletionStage<Drawn> drawnOrTurned(List<Object> answer, @Nullable Turn tried) {
            if (answer.isEmpty() && tried != null) {
                return CompletableFuture.completedStage(tried.drawn());
            }
            return answer.size() == 1
                    ? turn((byte[]) answer.getFirst())
                    : CompletableFuture.completedStage(
                            new Drawn((Long) answer.get(0), (Long) answer.get(1), (Long) answer.get(2) + bucket.everyMillis()));
        }

        /// Begins a window. Whoever was faster has begun it, and there is enough to draw from or nothing left.
        private CompletionStage<Drawn> turn(byte[] seen) {
            if (exchanges++ == MOST_EXCHANGES) {
                return CompletableFuture.failedStage(new IllegalStateException("a bucket that nobody can draw from"));
            }
            long now = clock.millis();
            Turn turn = bucket.turn(seen, now, tokens);
            return script.turnOrDraw(bucket, key, now, tokens, seen, turn).thenCompose(answer -> drawnOrTurned(answer, turn));
        }
    }
}
