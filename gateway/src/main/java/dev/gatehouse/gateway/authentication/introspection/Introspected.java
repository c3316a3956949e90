package dev.gatehouse.gateway.authentication.introspection;

import dev.gatehouse.gateway.authentication.Caller;

/// What came of asking an issuer about a token.
public sealed interface Introspected {

    /// The token is good, and meant for us.
    record Active(Caller.Authenticated caller) implements Introspected {}

    /// The token is no good.
    ///
    /// @param reason for the log; holds nothing of the token
    record Inactive(String reason) implements Introspected {}

    /// The token would be good had it not expired.
    record Expired() implements Introspected {}

    /// The issuer gave no answer that could be relied on.
    record Unavailable() implements Introspected {}
}
