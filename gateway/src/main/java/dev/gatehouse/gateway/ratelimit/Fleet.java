package dev.gatehouse.gateway.ratelimit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many instances share the limits: each says every two seconds through Redis that it lives, and who has been silent for ten does not count.
/// While Redis is away the last number holds, for that is when it is needed. Thread-safe, never blocks.
public final class Fleet implements IntSupplier, AutoCloseable {

    static final String NAME = "gatehouse:instances";

    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration SILENT = Duration.ofSeconds(10);
    private static final Duration DEADLINE = Duration.ofSeconds(1);
    // By the clock of Redis, so that those of the instances may differ.
    private static final byte[] HEARTBEAT = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            redis.call('ZADD', KEYS[1], now, ARGV[1])
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return redis.call('ZCARD', KEYS[1])
            """.getBytes(StandardCharsets.UTF_8);

    private final Supplier<? extends CompletionStage<? extends RedisClusterAsyncCommands<byte[], byte[]>>> connect;
    private final Timer timer;
    private final byte[] id;
    private final byte[] name;
    private @Nullable CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> connection;
    private volatile int instances = 1;
    private volatile boolean closed;
    private volatile @Nullable Timeout next;

    /// Begins to say that this instance lives.
    ///
    /// @param connect opens a connection, again when an attempt failed
    /// @param id of this instance alone
    public Fleet(Supplier<? extends CompletionStage<? extends RedisClusterAsyncCommands<byte[], byte[]>>> connect, Timer timer,
            String id) {
        this(connect, timer, id, NAME);
    }

    Fleet(Supplier<? extends CompletionStage<? extends RedisClusterAsyncCommands<byte[], byte[]>>> connect, Timer timer,
            String id,
            String name) {
        this.connect = connect;
        this.timer = timer;
        this.id = id.getBytes(StandardCharsets.UTF_8);
        this.name = name.getBytes(StandardCharsets.UTF_8);
        beat();
    }

    /// At least 1: this one.
    @Override
    public int getAsInt() {
        return instances;
    }

    CompletionStage<Void> beat() {
        return commands().thenCompose(redis -> redis.<Long>eval(HEARTBEAT, ScriptOutputType.INTEGER, new byte[][]{name}, id,
                Long.toString(SILENT.toMillis()).getBytes(StandardCharsets.US_ASCII)))
                .orTimeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .handle(this::heard);
    }

    private synchronized CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> commands() {
        CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> known = connection;
        if (known == null || known.isCompletedExceptionally()) {
            known = connected();
            connection = known;
        }
        // A copy: the deadline of one beat must not end the connection.
        return known.copy();
    }

    private CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> connected() {
        try {
            return connect.get().<RedisClusterAsyncCommands<byte[], byte[]>>thenApply(commands -> commands)
                    .toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private @Nullable Void heard(@Nullable Long living, @Nullable Throwable failure) {
        if (living == null) {
            LOG.debug("Nobody could be told that this instance lives", failure);
        } else if (instances != Math.max(1, living.intValue())) {
            instances = Math.max(1, living.intValue());
            LOG.info("Instances that share limits: {}", instances);
        }
        if (!closed) {
            next = timer.newTimeout(_ -> beat(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
        return null;
    }

    /// Says that this instance is gone, without waiting for Redis.
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the others notice by themselves, later
    public void close() {
        closed = true;
        Timeout pending = next;
        if (pending != null) {
            pending.cancel();
        }
        commands().thenCompose(redis -> redis.zrem(name, id)).orTimeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, failure) -> LOG.debug("Left the fleet", failure));
    }
}
