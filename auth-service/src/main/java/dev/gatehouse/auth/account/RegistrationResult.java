package dev.gatehouse.auth.account;

import java.util.List;

import dev.gatehouse.auth.password.rules.PasswordRule;

/// What came of a registration.
sealed interface RegistrationResult {

    /// Nothing that would tell whether the e-mail address was known.
    ///
    /// @param account as the caller may see it; where the e-mail address belongs to somebody else already, one that exists nowhere
    record Answered(Account account) implements RegistrationResult {}

    /// The password may not be chosen.
    ///
    /// @param broken the rules it breaks
    record PasswordRefused(List<PasswordRule> broken) implements RegistrationResult {

        /// Copies the list.
        public PasswordRefused {
            broken = List.copyOf(broken);
        }
    }

    /// Usernames are public, so this may be told.
    record UsernameTaken() implements RegistrationResult {}
}
