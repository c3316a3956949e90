package dev.gatehouse.gateway.bucket;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketState;
import io.github.bucket4j.MathType;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import io.github.bucket4j.distributed.remote.RemoteStat;
import io.github.bucket4j.distributed.serialization.InternalSerializationHelper;
import io.github.bucket4j.distributed.versioning.Versions;

import dev.gatehouse.gateway.bucket.Buckets.Drawn;

/// A bucket that is filled to its brim at the end of each window, as Bucket4j computes and writes it. Immutable; any number of keys share one.
public final class WindowBucket {

    // A bucket that nobody asks again is forgotten a second after it would be full.
    private static final long FORGOTTEN_MILLIS = 1_000;

    private final BucketConfiguration configuration;
    private final byte[] head;
    private final long everyMillis;

    /// @param tokens what it holds, 1 to 1,000,000,000
    /// @param every how long a window is, in whole milliseconds
    public WindowBucket(long tokens, Duration every) {
        configuration = BucketConfiguration.builder()
                .addLimit(limit -> limit.capacity(tokens).refillIntervally(tokens, every))
                .build();
        everyMillis = every.toMillis();
        head = Arrays.copyOf(written(full(0)), DrawScript.HEAD);
    }

    /// How the state of every bucket of this kind begins: format and configuration.
    byte[] head() {
        return head;
    }

    long everyMillis() {
        return everyMillis;
    }

    /// Draws from a bucket whose window has ended, or that does not exist, as Bucket4j does it: fills it first.
    ///
    /// @param seen its state in Redis, of no octets if there is none
    /// @param now in milliseconds since the epoch
    Turn turn(byte[] seen, long now, long tokens) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(now);
        RemoteBucketState state = seen.length == 0 ? full(nanos) : InternalSerializationHelper.deserializeState(seen);
        state.refillAllBandwidth(nanos);
        long drawn = Math.clamp(state.getAvailableTokens(), 0, tokens);
        state.consume(drawn);
        long untilFull = TimeUnit.NANOSECONDS.toMillis(state.calculateFullRefillingTime(nanos));
        return new Turn(written(state), untilFull + FORGOTTEN_MILLIS,
                new Drawn(drawn, Math.max(0, state.getAvailableTokens()), now + untilFull));
    }

    private RemoteBucketState full(long nanos) {
        return new RemoteBucketState(BucketState.createInitialState(configuration, MathType.INTEGER_64_BITS, nanos),
                new RemoteStat(0), null);
    }

    private static byte[] written(RemoteBucketState state) {
        return InternalSerializationHelper.serializeState(state, Versions.getLatest());
    }

    /// A new window, and what was drawn from it.
    ///
    /// @param state what Redis is to keep
    /// @param lifeMillis how long
    /// @param drawn what the draw brought if Redis took the state
    @SuppressWarnings("ArrayRecordComponent") // goes straight to Redis and is never compared
    record Turn(byte[] state, long lifeMillis, Drawn drawn) {}
}
