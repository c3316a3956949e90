package dev.gatehouse.gateway.authentication.jose;

import dev.gatehouse.gateway.authentication.Caller;

/// What a [TokenVerifier] says of a token.
public sealed interface Verification {

    /// Every check passed.
    ///
    /// @param caller who the token speaks of
    /// @param key the key that proved it; when it goes, so does the proof
    record Verified(Caller.Authenticated caller, VerificationKey key) implements Verification {}

    /// Every check passed but `exp`.
    record Expired() implements Verification {}

    /// Refused for good.
    ///
    /// @param reason for the log; holds nothing of the token but the names of members
    record Invalid(String reason) implements Verification {}

    /// Everything that can be known without the key is right, but no key has this id. The issuer may have changed its keys.
    record UnknownKey(String kid) implements Verification {}
}
