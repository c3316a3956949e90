package dev.gatehouse.gateway.authentication;

import java.util.List;

import reactor.core.publisher.Mono;

/// Finds out who is calling. Thread-safe; never completes empty, never fails, and answers without waiting but for one bounded wait when
/// an issuer's keys have to be fetched.
@FunctionalInterface
public interface Authenticator {

    /// Judges a request's credentials.
    ///
    /// @param authorizationFields the values of the `Authorization` fields, in their order
    /// @param cookieFields the values of the `Cookie` fields; not looked at where no cookie is read
    /// @param accepted whose tokens count here
    /// @param client for whom it counts that an issuer has to be asked: a short name of the network that the request came from
    Mono<AuthenticationResult> authenticate(List<String> authorizationFields, List<String> cookieFields,
            AcceptedIssuers accepted, String client);
}
