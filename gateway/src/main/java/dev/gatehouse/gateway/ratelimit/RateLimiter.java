package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.List;

import reactor.core.publisher.Mono;

/// Answers one question: does this request fit the limits? Thread-safe; answers within its deadline whatever state Redis is in; never
/// completes empty and never fails.
@FunctionalInterface
public interface RateLimiter {

    /// Asks the limits in order; the first that is exceeded refuses, and the request costs nothing from any of them. A route passes the same
    /// list every time; another list is prepared anew. Charged when called: subscribing again does not ask again.
    Mono<Admission> admit(List<LimitSpec> limits, LimitSubject subject);

    /// How long [#admit] may wait for others before it answers.
    default Duration patience() {
        return Duration.ZERO;
    }

    /// Admits everything; for routes and tests without limits.
    static RateLimiter always() {
        return (_, _) -> Mono.just(new Admission.Admitted(List.of(), false));
    }
}
