package dev.gatehouse.auth.login;

import dev.gatehouse.auth.session.Sessions;

/// What an attempt to sign in came to.
sealed interface LoginResult {

    /// The password was right.
    ///
    /// @param opened the new session
    record SignedIn(Sessions.Opened opened) implements LoginResult {}

    /// Unknown user or wrong password; nobody is told which.
    record Failed() implements LoginResult {}
}
