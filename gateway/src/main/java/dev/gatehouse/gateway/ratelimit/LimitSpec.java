package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.Objects;

/// One limit of a route: so many requests in each window, per key. Immutable.
///
/// @param name the policy's name in `RateLimit-Policy`, unique on its route, letters, digits, `-` and `_`
/// @param per what is counted together
/// @param requests how many requests pass in one window, 1 to 1,000,000,000
/// @param every the window's length, 1 s to 366 d, whole seconds
public record LimitSpec(String name, LimitKey per, long requests, Duration every) {

    /// Refuses a limit that could never pass a request or whose window cannot be told in seconds.
    public LimitSpec {
        Objects.requireNonNull(per, "per");
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("name: " + name + " (expected: 1 to 64 letters, digits, '-' or '_')");
        }
        // Above this a bucket would have to count finer than nanoseconds.
        if (requests < 1 || requests > 1_000_000_000) {
            throw new IllegalArgumentException("requests: " + requests + " (expected: 1 to 1000000000)");
        }
        if (every.compareTo(Duration.ofSeconds(1)) < 0 || every.compareTo(Duration.ofDays(366)) > 0 || every.toNanosPart() != 0) {
            throw new IllegalArgumentException("every: " + every + " (expected: whole seconds, 1s to 366d)");
        }
    }
}
