package dev.gatehouse.auth.token;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// What verifying an access token came to.
sealed interface TokenResult {

    /// Ours, whole and in time; whether its session lives is another question.
    ///
    /// @param accountId `sub`
    /// @param sessionId `sid`
    /// @param expiresAt `exp`
    /// @param scopes `scope`, taken apart
    /// @param older whether it is one of [SharedSecretTokens]
    record Valid(UUID accountId, UUID sessionId, Instant expiresAt, List<String> scopes, boolean older) implements TokenResult {}

    /// It was valid once.
    record Expired() implements TokenResult {}

    /// Anything else; which check failed is nobody's business.
    record Invalid() implements TokenResult {}
}
