package dev.gatehouse.gateway.ratelimit;

import java.util.Optional;

import dev.gatehouse.gateway.authentication.Caller;

/// What the limiter needs to know of a request. Small and immutable, but for the header view, which must stay readable while the
/// limiter decides.
///
/// @param routeId the route's id
/// @param caller who is calling
/// @param clientAddress the client's address, already settled by the trusted-proxy rule
/// @param headers reads the first value of a request header
public record LimitSubject(String routeId, Caller caller, String clientAddress, Headers headers) {

    /// A request of which nothing but its client's address is known, on no route.
    public static LimitSubject address(String clientAddress) {
        return new LimitSubject("@", Caller.ANONYMOUS, clientAddress, _ -> Optional.empty());
    }

    /// The network that an address counts for, as limits `per: ip` know it; short whatever the address is.
    public static String network(String clientAddress) {
        return KeyText.network(clientAddress);
    }

    /// Reads one request header.
    @FunctionalInterface
    public interface Headers {
        /// The header's first value; the name is in lower case.
        Optional<String> first(String name);
    }
}
