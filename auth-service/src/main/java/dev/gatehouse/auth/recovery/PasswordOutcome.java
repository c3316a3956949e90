package dev.gatehouse.auth.recovery;

import java.time.Duration;
import java.util.List;

import dev.gatehouse.auth.knowndevice.DeviceOwner;
import dev.gatehouse.auth.password.rules.PasswordRule;

/// What came of wanting another password.
sealed interface PasswordOutcome {

    /// It is another one now.
    ///
    /// @param owner of the account, as they were right after that
    record Changed(DeviceOwner owner) implements PasswordOutcome {}

    /// The link or the code proves nothing.
    record NotProven() implements PasswordOutcome {}

    /// The password in use was not given.
    record WrongPassword() implements PasswordOutcome {}

    /// Too many guesses at the password in use.
    ///
    /// @param retryAfter when to come back
    record Later(Duration retryAfter) implements PasswordOutcome {}

    /// The new one may not be chosen.
    ///
    /// @param broken the rules it breaks
    record Refused(List<PasswordRule> broken) implements PasswordOutcome {

        /// Copies the list.
        public Refused {
            broken = List.copyOf(broken);
        }
    }
}
