package dev.gatehouse.auth.token;

import java.time.Instant;
import java.util.List;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.session.Session;

/// Whoever proved to be signed in with this request. A controller that takes one as a parameter is never reached without.
///
/// @param session living, by the database
/// @param tokenExpiresAt `exp` of the token that came
/// @param tokenScopes `scope` of the token that came; what the account may do by now is another question
public record Caller(Session session, Instant tokenExpiresAt, List<String> tokenScopes) {

    /// Copies the list.
    public Caller {
        tokenScopes = List.copyOf(tokenScopes);
    }

    /// {@return who it is}
    public Account account() {
        return session.account();
    }
}
