package dev.gatehouse.auth.admin.user;

import java.util.List;

import dev.gatehouse.auth.admin.user.Users.User;

/// What came of a change that an administrator wanted.
sealed interface ChangeResult {

    /// It is done.
    ///
    /// @param user as they are now
    record Changed(User user) implements ChangeResult {}

    /// There is no such user.
    record NoUser() implements ChangeResult {}

    /// It is the administrator's own, which needs more elsewhere.
    record Own() implements ChangeResult {}

    /// They have no second factor.
    record NoFactor() implements ChangeResult {}

    /// The user, or a role to be given or taken, may do more than the administrator.
    record Beyond() implements ChangeResult {}

    /// Nobody could administer any more.
    record LastAdmin() implements ChangeResult {}

    /// It is not what the administrator saw.
    record Stale() implements ChangeResult {}

    /// Some of the roles do not exist.
    ///
    /// @param names of them
    record NoRole(List<String> names) implements ChangeResult {

        /// Copies the list.
        public NoRole {
            names = List.copyOf(names);
        }
    }
}
