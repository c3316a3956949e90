package dev.gatehouse.gateway.ratelimit;

import java.util.Locale;
import java.util.Objects;

/// What a limit counts by. Immutable.
public sealed interface LimitKey {

    /// The token's `sub` together with its issuer; for an anonymous caller the client's address.
    record User() implements LimitKey {}

    /// The client's address; IPv6 addresses count by their /64.
    record Address() implements LimitKey {}

    /// All requests of the route together.
    record Route() implements LimitKey {}

    /// The value of a request header; requests without it share one bucket.
    record Header(String name) implements LimitKey {
        /// Header names are kept in lower case.
        public Header {
            name = Objects.requireNonNull(name).toLowerCase(Locale.ROOT);
        }
    }

    /// The value of a claim of the token, together with its issuer, when it is a string, a number or a boolean; callers without it count by
    /// their address.
    record Claim(String name) implements LimitKey {}
}
