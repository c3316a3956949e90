package dev.gatehouse.auth.revocation;

import java.time.Instant;
import java.util.UUID;

/// One ended session.
///
/// @param id of the row
/// @param sessionId `sid` of its tokens
/// @param expiresAt after this no token of the session can be valid
record Revocation(long id, UUID sessionId, Instant expiresAt) {

    /// {@return `until` of the feed: whole seconds, rounded up}
    long until() {
        return expiresAt.getEpochSecond() + 1;
    }
}
