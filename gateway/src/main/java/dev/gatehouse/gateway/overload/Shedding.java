package dev.gatehouse.gateway.overload;

import java.time.Duration;
import java.util.function.IntUnaryOperator;

/// What share of the requests one event loop refuses, from how late it is with what it had planned, and from how long the gateway itself takes of its
/// requests. Written by that loop's thread, read by any.
///
/// The least delay over a second counts, as in CoDel (RFC 8289 §3.2): a pause of the collector or a burst makes some delays long, but only a loop
/// that never catches up makes all of them long. The least of the gateway's own times counts in the same way: when not one of a second's requests
/// was through in time, they wait for each other, whatever the loop's clock says.
final class Shedding {

    /// How often the delay is looked at.
    static final Duration EVERY = Duration.ofMillis(100);

    private static final long WINDOW_NANOS = Duration.ofSeconds(1).toNanos();
    // Of a loop that is seconds late fewer come in a window; one alone says nothing.
    private static final int FEWEST = 3;
    // Of fewer requests in a window each may have had its own reason.
    private static final int FEWEST_REQUESTS = 10;
    private static final int STEP_PERCENT = 20;
    // Who is let in keeps the measurement alive, and a probe of an operator sees more than refusals.
    private static final int MOST_PERCENT = 90;

    private final long bearableNanos;
    private final IntUnaryOperator random;
    private long begunNanos;
    private long least = Long.MAX_VALUE;
    private int seen;
    private long leastOwn = Long.MAX_VALUE;
    private int seenOwn;
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
            boolean slow = seenOwn >= FEWEST_REQUESTS && leastOwn > bearableNanos;
            percent = slow || least > bearableNanos
                    ? Math.min(MOST_PERCENT, percent + STEP_PERCENT)
                    : Math.max(0, percent - STEP_PERCENT);
            begunNanos = nowNanos;
            least = Long.MAX_VALUE;
            seen = 0;
            leastOwn = Long.MAX_VALUE;
            seenOwn = 0;
        }
    }

    /// The gateway itself took so long of a request, from its arrival until it was sent on.
    void took(long ownNanos) {
        leastOwn = Math.min(leastOwn, ownNanos);
        seenOwn++;
    }

    /// Whether the next request is refused.
    boolean refuses() {
        int now = percent;
        return now > 0 && random.applyAsInt(100) < now;
    }

    /// What share of the requests is refused.
    int percent() {
        return percent;
    }

    /// How late the loop was the last time.
    long delayNanos() {
        return lastDelay;
    }
}
