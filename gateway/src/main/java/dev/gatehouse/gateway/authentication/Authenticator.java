package dev.gatehouse.gateway.authentication;

import java.util.List;

import reactor.core.publisher.Mono;

/// Finds out who is calling. Thread-safe; never completes empty, never fails, and answers without waiting but for one bounded wait when
/// an issuer's keys have to be fetched.
@FunctionalInterface
public interface Authenticator {

    /// Judges the values of a request's `Authorization` fields, in their order.
    Mono<AuthenticationResult> authenticate(List<String> authorizationFields);
}
