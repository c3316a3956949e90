package dev.gatehouse.auth.counting;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.auth.redis.RedisConnection.Unreachable;

/// Counts in Redis, and in this process while Redis does not answer: guessing never becomes free, and nobody waits for a Redis that is
/// away for longer than one deadline a second. Thread-safe.
final class SharedCounters implements Counters {

    private static final Logger LOG = LoggerFactory.getLogger(SharedCounters.class);
    private static final long LEFT_ALONE = Duration.ofSeconds(1).toNanos();

    private final Counters redis;
    private final Counters local;
    private final LongSupplier nanos;
    private volatile long awayUntil;

    /// @param nanos time as from [System#nanoTime()], which nobody sets back
    SharedCounters(Counters redis, Counters local, LongSupplier nanos) {
        this.redis = redis;
        this.local = local;
        this.nanos = nanos;
        this.awayUntil = nanos.getAsLong();
    }

    @Override
    public Optional<Duration> take(String key, int most, Duration window) {
        return ask(counters -> counters.take(key, most, window));
    }

    @Override
    public Optional<Duration> takeDistinct(String key, String member, int most, Duration window) {
        return ask(counters -> counters.takeDistinct(key, member, most, window));
    }

    @Override
    public Optional<Duration> full(String key, int most) {
        return ask(counters -> counters.full(key, most));
    }

    @Override
    public Optional<Duration> fullDistinct(String key, String member, int most) {
        return ask(counters -> counters.fullDistinct(key, member, most));
    }

    @Override
    public Slot reserve(String key, Schedule schedule) {
        return ask(counters -> counters.reserve(key, schedule));
    }

    @Override
    public Tally look(String key) {
        return ask(counters -> counters.look(key));
    }

    @Override
    public void giveBack(String key) {
        tell(counters -> counters.giveBack(key));
    }

    @Override
    public void unreserve(String key) {
        tell(counters -> counters.unreserve(key));
    }

    @Override
    public void clear(String key) {
        tell(counters -> counters.clear(key));
    }

    @Override
    public void close() {
        redis.close();
    }

    /// Both: what was counted here while Redis was away is forgiven as well.
    private void tell(Consumer<Counters> what) {
        what.accept(local);
        ask(counters -> {
            what.accept(counters);
            return true;
        });
    }

    private <T> T ask(Function<Counters, T> question) {
        if (nanos.getAsLong() - awayUntil < 0) {
            return question.apply(local);
        }
        try {
            return question.apply(redis);
        } catch (Unreachable away) {
            LOG.warn("counting sign-ins in this process alone: {}", away.getMessage());
            awayUntil = nanos.getAsLong() + LEFT_ALONE;
            return question.apply(local);
        }
    }
}
