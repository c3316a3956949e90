package dev.gatehouse.auth.session;

import java.time.Duration;
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

    /// How long a session lives.
    ///
    /// @param idle without a refresh
    /// @param absolute whatever happens
    record Lifetime(Duration idle, Duration absolute) {

        private static final Lifetime USER = new Lifetime(Duration.ofDays(14), Duration.ofDays(90));
        private static final Lifetime ADMIN = new Lifetime(Duration.ofDays(14), Duration.ofDays(30));

        static Lifetime of(Account account) {
            return account.isAdmin() ? ADMIN : USER;
        }
    }
}
