package dev.gatehouse.gateway.authentication.keys;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/// Keeps key ids that nobody knows from becoming a flood of fetches: one fetch in [#PAUSE] whatever comes, and none for an id that the
/// last fetch did not bring. Bounded; thread-safe.
final class UnknownKeys {

    static final Duration PAUSE = Duration.ofSeconds(30);

    private static final int MAX_REMEMBERED = 1000; // key ids of at most 256 characters

    private final Clock clock;
    private final Cache<String, Boolean> remembered;
    private final AtomicLong last = new AtomicLong(Long.MIN_VALUE / 2);

    UnknownKeys(Clock clock) {
        this.clock = clock;
        this.remembered = Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).expireAfterWrite(PAUSE)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis())).executor(Runnable::run).build();
    }

    boolean remembers(String kid) {
        return remembered.getIfPresent(kid) != null;
    }

    /// From the first time on: an id that is asked for again and again is forgotten in time, too.
    void remember(String kid) {
        remembered.asMap().putIfAbsent(kid, true);
    }

    /// Whether it is time for one more fetch; says so to one caller only.
    boolean turn() {
        long now = clock.millis();
        long before = last.get();
        return now - before >= PAUSE.toMillis() && last.compareAndSet(before, now);
    }
}
