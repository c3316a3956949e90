package dev.gatehouse.gateway.resilience;

import java.time.Duration;

/// The bounds that hold for one route's requests. Immutable; nothing here is ever infinite but the body when a route says so.
///
/// @param timeout the deadline of a call to the upstream: waiting for a connection, opening it, every attempt and the pauses between them, until the
/// response's header section is there; a body that moves puts it off
/// @param retries which requests are sent again after a failure
/// @param maxBody largest request body in bytes, or [#UNLIMITED]
public record Protection(Duration timeout, Retries retries, long maxBody) {

    /// A body of any length.
    public static final long UNLIMITED = Long.MAX_VALUE;

    /// The longest body that is held as a whole, so that it can be sent again, in bytes.
    public static final long HELD_TO_REPEAT = 64 * 1024;

    /// What holds where `routes.yml` is silent.
    public static final Protection DEFAULT = new Protection(Duration.ofSeconds(30), Retries.SAFE, 10_000_000);

    /// Refuses bounds that would let nothing pass.
    public Protection {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
        if (maxBody < 0) {
            throw new IllegalArgumentException("max-body: " + maxBody + " (expected: >= 0)");
        }
    }
}
