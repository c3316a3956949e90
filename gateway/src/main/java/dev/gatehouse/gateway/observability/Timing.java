package dev.gatehouse.gateway.observability;

import java.time.Duration;

/// How long after its arrival a request got how far, in nanoseconds; 0: never. Immutable.
///
/// @param authenticated when its caller was known, or refused for what it brought
/// @param admitted when the limits had let it pass, or refused it
/// @param sent when it was first sent to an upstream
/// @param answered when the header section of the upstream's answer was there
/// @param ended when all of it was over
public record Timing(long authenticated, long admitted, long sent, long answered, long ended) {

    /// Of what was refused before it was a request.
    public static final Timing NONE = new Timing(0, 0, 0, 0, 0);

    /// From the arrival to the end.
    public Duration elapsed() {
        return Duration.ofNanos(ended);
    }

    /// Whether it was sent to an upstream.
    public boolean isSent() {
        return sent > 0;
    }

    /// What the gateway took of it: until it was sent, or all of it if it never was.
    public Duration gateway() {
        return Duration.ofNanos(isSent() ? sent : ended);
    }

    /// How long the upstream took to answer, or to fail: all attempts and the pauses between.
    public Duration upstream() {
        return Duration.ofNanos(isSent() ? upstreamEnd() - sent : 0);
    }

    /// When the upstream had answered, or would no longer be waited for.
    public long upstreamEnd() {
        return answered > 0 ? answered : ended;
    }
}
