package dev.gatehouse.gateway.authorization;

/// What an [Access] rule says of a caller.
public sealed interface Decision {

    /// The request may go on.
    record Allowed() implements Decision {}

    /// The route wants to know who is calling and nobody is: 401.
    record SignInNeeded() implements Decision {}

    /// The caller is known and may not: 403.
    ///
    /// @param missingScopes scopes that would have to be granted (RFC 6750 §3.1), space separated; empty when scopes are not the reason
    record Denied(String missingScopes) implements Decision {}
}
