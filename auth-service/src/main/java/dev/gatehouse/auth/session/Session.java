package dev.gatehouse.auth.session;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import dev.gatehouse.auth.account.Account;

/// A living session.
///
/// @param id `sid` of its tokens
/// @param account whose it is, as of now
/// @param clientId the application that signed in
/// @param device where from
/// @param name what its owner calls the device, where they named it
/// @param assurance how they proved who they are
/// @param authenticatedAt `auth_time`: when they last did so
/// @param createdAt when it began
/// @param lastUsedAt when it was last refreshed
/// @param expiresAt when it ends unless it is refreshed
public record Session(UUID id, Account account, String clientId, Device device, Optional<String> name,
        Assurance assurance, Instant authenticatedAt, Instant createdAt, Instant lastUsedAt, Instant expiresAt) {

    /// The client id of our own login endpoint.
    public static final String FIRST_PARTY = "gatehouse";

    /// How somebody proved who they are, from the weakest.
    public enum Assurance {
        /// A password.
        PASSWORD("urn:gatehouse:pwd"),
        /// A password and a code of a mail. Whoever reads the mails can also choose the password, so this is no second factor.
        EMAIL_CODE("urn:gatehouse:email"),
        /// A password and what only the owner has.
        SECOND_FACTOR("urn:gatehouse:mfa");

        private final String acr;

        Assurance(String acr) {
            this.acr = acr;
        }

        /// {@return `acr` of tokens (OpenID Connect Core §2)}
        public String acr() {
            return acr;
        }

        /// {@return `amr` of tokens, with the names of RFC 8176}
        public List<String> amr() {
            return switch (this) {
                case PASSWORD -> List.of("pwd");
                case EMAIL_CODE -> List.of("pwd", "otp");
                case SECOND_FACTOR -> List.of("pwd", "otp", "mfa");
            };
        }

        /// {@return what a row says; a password where it says nothing, as those of older versions}
        static Assurance stored(Optional<String> acr) {
            return acr.map(
                    text -> SECOND_FACTOR.acr.equals(text) ? SECOND_FACTOR : EMAIL_CODE.acr.equals(text) ? EMAIL_CODE : PASSWORD)
                    .orElse(PASSWORD);
        }
    }

    /// How long a session lives.
    ///
    /// @param idle without a refresh
    /// @param absolute whatever happens
    record Lifetime(Duration idle, Duration absolute) {

        static final Lifetime USER = new Lifetime(Duration.ofDays(14), Duration.ofDays(90));
        static final Lifetime ADMIN = new Lifetime(Duration.ofDays(14), Duration.ofDays(30));

        static Lifetime of(Account account) {
            return account.isAdmin() ? ADMIN : USER;
        }
    }
}
