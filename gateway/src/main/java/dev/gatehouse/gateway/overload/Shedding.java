package dev.gatehouse.gateway.overload;

import java.time.Duration;
import java.util.function.IntUnaryOperator;

/// What share of the requests one event loop refuses, from how late it is with what it had planned. Written by that loop's thread, read by any.
///
/// The least delay over a second counts, as in CoDel (RFC 8289 §3.2): a pause of the collector or a burst makes some delays long, but only a loop
/// that never catches up makes all of them long.
final class Shedding {

    /// How often the delay is looked at.
    static final Duration EVERY = Duration.ofMillis(100);

    private static final long WINDOW_NANOS = Duration.ofSeconds(1).toNanos();
    // Of a loop that is seconds late fewer come in a window; one alone says nothing.
    private static final int FEWEST = 3;
    private static final int STEP_PERCENT = 20;
    // Who is let in keeps the measurement alive, and a probe of an operator sees more than refusals.
    private static final int MOST_PERCENT = 90;

    private final long bearableNanos;
    private final IntUnaryOperator random;
    private long begunNanos;
    private long least = Long.MAX_VALUE;
    private int seen;
    private volatile int percent;
    private volatile long lastDelay;

    /// @param bearable longest delay that is nobody's trouble
    /// @param random a number from 0 to below the argument
    Shedding(Duration bearable, long nowNanos, IntUnaryOperator random) {
        this.bearableNanos = bearable.toNanos();
        this.begunNanos = nowNanos;
        this.random = random;
    }

    /// The loop comes so much later than it had planned.
    void late(long delayNanos, long nowNanos) {
        lastDelay = Math.max(0, delayNanos);
        least = Math.min(least, lastDelay);
        if (++seen >= FEWEST && nowNanos - begunNanos >= WINDOW_NANOS) {
            percent = least > bearableNanos
                    ? Math.min(MOST_PERCENT, percent + STEP_PERCENT)
                    : Math.max(0, percent - STEP_PERCENT);
            begunNanos = nowNanos;
            least = Long.MAX_VALUE;
            seen = 0;
        }
    }

    /// Whether the next request is refused.
    boolean refuses() {
        int now = percent;
        return now > 0 && random.applyAsInt(100) < now;
    }

    /// How late the loop was the last time.
    long delayNanos() {
        return lastDelay;
    }
}
