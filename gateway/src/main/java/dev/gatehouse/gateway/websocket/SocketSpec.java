package dev.gatehouse.gateway.websocket;

import java.time.Duration;

/// The bounds of a route's WebSockets. Immutable.
///
/// @param perUser how many each user may have open at once, counted by this instance
/// @param maxFrame the longest frame in octets; it is not held, so this protects whoever reads it
/// @param idle a socket on which neither side says anything for so long is closed
public record SocketSpec(int perUser, long maxFrame, Duration idle) {

    /// What holds where `routes.yml` is silent.
    public static final SocketSpec DEFAULT = new SocketSpec(20, 1 << 20, Duration.ofMinutes(5));

    /// Refuses bounds that would let nothing pass.
    public SocketSpec {
        if (perUser < 1) {
            throw new IllegalArgumentException("max-per-user: " + perUser + " (expected: >= 1)");
        }
        if (maxFrame < 125) {
            throw new IllegalArgumentException("max-frame: " + maxFrame + " (expected: >= 125)");
        }
        if (!idle.isPositive()) {
            throw new IllegalArgumentException("idle-timeout: " + idle + " (expected: > 0)");
        }
    }
}
