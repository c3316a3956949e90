package dev.gatehouse.auth.login;

import java.time.Duration;

import dev.gatehouse.auth.challenge.Challenges;
import dev.gatehouse.auth.session.Sessions;

/// What an attempt to sign in came to.
sealed interface LoginResult {

    /// {@return the name of the outcome, for metrics}
    String outcome();

    /// The password was right.
    ///
    /// @param opened the new session
    record SignedIn(Sessions.Opened opened) implements LoginResult {

        @Override
        public String outcome() {
            return "signed_in";
        }
    }

    /// The password was right, and more is needed.
    ///
    /// @param challenge to answer
    record SecondFactorNeeded(Challenges.Issued challenge) implements LoginResult {

        @Override
        public String outcome() {
            return "second_factor";
        }
    }

    /// Unknown user, wrong password or no turn for strangers; nobody is told which.
    record Failed() implements LoginResult {

        @Override
        public String outcome() {
            return "failed";
        }
    }

    /// Too many attempts; this one was not looked at.
    ///
    /// @param retryAfter when to come back
    record Later(Duration retryAfter) implements LoginResult {

        @Override
        public String outcome() {
            return "throttled";
        }
    }
}
