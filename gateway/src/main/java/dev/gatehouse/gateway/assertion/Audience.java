package dev.gatehouse.gateway.assertion;

import java.util.concurrent.atomic.AtomicLong;

/// Whom an assertion is for: one route's backends. One instance per loaded route; thread-safe.
public final class Audience {

    private static final long COMPLAINT_PAUSE = 60_000; // milliseconds

    private final String routeId;
    private final AtomicLong lastComplaint = new AtomicLong(Long.MIN_VALUE / 2);

    /// The backends of the route of this id.
    public Audience(String routeId) {
        this.routeId = routeId;
    }

    /// `aud`.
    String routeId() {
        return routeId;
    }

    /// Whether it is time to log something about this route again.
    boolean mayComplain(long now) {
        long last = lastComplaint.get();
        return now - last >= COMPLAINT_PAUSE && lastComplaint.compareAndSet(last, now);
    }
}
