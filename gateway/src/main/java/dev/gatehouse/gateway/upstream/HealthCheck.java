package dev.gatehouse.gateway.upstream;

import java.time.Duration;
import java.util.Objects;

/// How instances are asked whether they are well. Immutable.
///
/// @param path what is asked for with GET, put behind the instance's address; any 2xx is a good answer
/// @param every how often each instance is asked
/// @param timeout how long one question may take
/// @param unhealthy bad answers in a row that put an instance out
/// @param healthy good answers in a row that bring it back
public record HealthCheck(String path, Duration every, Duration timeout, int unhealthy, int healthy) {

    /// Refuses questions that cannot be asked.
    public HealthCheck {
        Objects.requireNonNull(path, "path");
        if (!every.isPositive() || !timeout.isPositive()) {
            throw new IllegalArgumentException("health: every " + every + ", timeout " + timeout + " (expected: > 0)");
        }
        if (unhealthy < 1 || healthy < 1) {
            throw new IllegalArgumentException("health: " + unhealthy + ", " + healthy + " answers (expected: >= 1)");
        }
    }

    /// `GET /health every 10000 ms, within 2000 ms; out after 3 bad answers, back after 2 good ones`
    public String describe() {
        return "GET " + path + " every " + every.toMillis() + " ms, within " + timeout.toMillis() + " ms; out after " + unhealthy
                + " bad answers, back after " + healthy + " good ones";
    }
}
