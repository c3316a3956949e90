package dev.gatehouse.auth.request;

import java.time.Duration;
import java.util.Optional;

/// Hears of each request when it is over. Thread-safe; must not block.
@FunctionalInterface
public interface RequestObserver {

    /// Tells of one request.
    ///
    /// @param served what became of it
    void ended(Served served);

    /// A request that is over. Nothing in it was typed by a user but the address and the trace.
    ///
    /// @param method one of those that endpoints have, or `HTTP`
    /// @param route the endpoint's own path, such as `/auth/sessions/{id}`; empty where there was none
    /// @param status that was answered
    /// @param code of the problem, where there was one
    /// @param origin where it came from
    /// @param took from its first filter to its last
    record Served(String method, Optional<String> route, int status, Optional<String> code, Origin origin, Duration took) {}
}
