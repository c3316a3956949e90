package dev.gatehouse.auth.session;

import java.time.Duration;

import dev.gatehouse.auth.account.Account;

/// How long a session lives.
///
/// @param idle without a refresh
/// @param absolute whatever happens
record SessionLifetime(Duration idle, Duration absolute) {

    private static final SessionLifetime USER = new SessionLifetime(Duration.ofDays(14), Duration.ofDays(90));
    private static final SessionLifetime ADMIN = new SessionLifetime(Duration.ofDays(14), Duration.ofDays(30));

    static SessionLifetime of(Account account) {
        return account.isAdmin() ? ADMIN : USER;
    }
}
