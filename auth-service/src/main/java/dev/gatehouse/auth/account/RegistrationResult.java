package dev.gatehouse.auth.account;

/// What came of a registration.
sealed interface RegistrationResult {

    /// Nothing that would tell whether the e-mail address was known.
    ///
    /// @param account as the caller may see it; where the e-mail address belongs to somebody else already, one that exists nowhere
    record Answered(Account account) implements RegistrationResult {}

    /// Usernames are public, so this may be told.
    record UsernameTaken() implements RegistrationResult {}
}
