package dev.gatehouse.gateway.assertion;

import java.util.concurrent.atomic.AtomicLong;

/// Whom an assertion is for: one route's backends, or its mirror, which must not be able to show the same one to them. One instance per loaded route; thread-safe.
public final class Audience {

    private static final long COMPLAINT_PAUSE = 60_000; // milliseconds

    // No id of a route has a slash.
    private static final String MIRROR = "/mirror";

    private final String name;
    private final AtomicLong lastComplaint = new AtomicLong(Long.MIN_VALUE / 2);

    /// The backends of the route of this id.
    public Audience(String routeId) {
        this(routeId, "");
    }

    private Audience(String routeId, String part) {
        this.name = routeId + part;
    }

    /// The mirror of the route of this id.
    public static Audience mirrorOf(String routeId) {
        return new Audience(routeId, MIRROR);
    }

    /// `aud`.
    String name() {
        return name;
    }

    /// Whether it is time to log something about this route again.
    boolean mayComplain(long now) {
        long last = lastComplaint.get();
        return now - last >= COMPLAINT_PAUSE && lastComplaint.compareAndSet(last, now);
    }
}
