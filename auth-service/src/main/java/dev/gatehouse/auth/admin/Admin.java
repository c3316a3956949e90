package dev.gatehouse.auth.admin;

import java.util.List;
import java.util.UUID;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.session.Session;

/// Somebody who may do what they ask for. A controller that takes one under [Requires] is never reached without.
///
/// @param session in which they ask, with their account as it was when they were admitted
public record Admin(Session session) {

    /// {@return who it is}
    public Account account() {
        return session.account();
    }

    /// {@return the actor of events}
    public UUID id() {
        return account().id();
    }

    /// {@return whether nothing of the administration is among the scopes but what this administrator may do too}
    ///
    /// Nobody administers, makes or removes more than they are: otherwise whoever may lock accounts could lock those who watch over them.
    ///
    /// @param scopes of an account or a role
    public boolean covers(List<String> scopes) {
        return account().scopes().containsAll(AdminScope.among(scopes));
    }
}
