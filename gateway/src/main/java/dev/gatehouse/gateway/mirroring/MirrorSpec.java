package dev.gatehouse.gateway.mirroring;

import java.util.Objects;

/// Where a route sends copies of its requests. Immutable.
///
/// @param address `http` or `https`, host, optional port and path, without a slash at the end
/// @param percent of how many requests, 1 to 100
public record MirrorSpec(String address, int percent) {

    /// Refuses a share that is none.
    public MirrorSpec {
        Objects.requireNonNull(address, "address");
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("percent: " + percent + " (expected: 1 to 100)");
        }
    }
}
