package dev.gatehouse.auth.session;

import java.time.Instant;
import java.util.UUID;

import dev.gatehouse.auth.account.Account;

/// A living session.
///
/// @param id `sid` of its tokens
/// @param account whose it is, as of now
/// @param clientId the application that signed in
/// @param device where from
/// @param authenticatedAt `auth_time`: when a password was last given
/// @param createdAt when it began
/// @param lastUsedAt when it was last refreshed
/// @param expiresAt when it ends unless it is refreshed
public record Session(UUID id, Account account, String clientId, Device device, Instant authenticatedAt,
        Instant createdAt, Instant lastUsedAt, Instant expiresAt) {

    /// The client id of our own login endpoint.
    public static final String FIRST_PARTY = "gatehouse";
}
