package dev.gatehouse.auth.mail;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// A mail to one user.
///
/// @param kind which one
/// @param to whom
/// @param proof what its link and its code prove
public record Mail(MailKind kind, Recipient to, Optional<Proof> proof) {

    private static final Duration NEWS_IS_OF_USE = Duration.ofDays(2);

    /// Refuses a kind without the proof it is for.
    public Mail {
        if (kind.needsProof() && proof.isEmpty()) {
            throw new IllegalArgumentException("proof: none (expected: one, for " + kind + ")");
        }
    }

    /// {@return a mail that only tells}
    ///
    /// @param kind which one
    /// @param to whom
    public static Mail of(MailKind kind, Recipient to) {
        return new Mail(kind, to, Optional.empty());
    }

    /// {@return a mail whose link and code prove something}
    ///
    /// @param kind which one
    /// @param to whom
    /// @param proof of what
    public static Mail of(MailKind kind, Recipient to, Proof proof) {
        return new Mail(kind, to, Optional.of(proof));
    }

    /// {@return how long sending it is tried: as long as the proof that it is for lives; news may come late}
    Duration ofUse() {
        return proof.filter(_ -> kind.needsProof()).map(Proof::lifetime).orElse(NEWS_IS_OF_USE);
    }

    /// Whoever gets it.
    ///
    /// @param address where to; visible ASCII with one `@`, so that nothing can be smuggled into a header
    /// @param name how they are called there
    /// @param language of the templates, where they have it
    /// @param unproven the account, where nobody has shown yet that they read the address, which may be a stranger's
    public record Recipient(String address, String name, Locale language, Optional<UUID> unproven) {

        private static final Pattern ADDRESS = Pattern.compile("[!-~&&[^@<>(),;:\\\\\"\\[\\]]]{1,64}@[A-Za-z0-9.-]{1,253}");
        private static final Pattern NAME = Pattern.compile("[^\\p{C}\\p{Zl}\\p{Zp}]{1,100}");

        /// Refuses what could become another header or another recipient.
        public Recipient {
            if (!ADDRESS.matcher(address).matches()) {
                throw new IllegalArgumentException("address: unusable (expected: one address in visible ASCII)");
            }
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("name: unusable (expected: 1 to 100 characters without controls)");
            }
        }

        /// {@return a recipient who reads English}
        ///
        /// @param address where to
        /// @param name how they are called
        public static Recipient of(String address, String name) {
            return new Recipient(address, name, Locale.ENGLISH, Optional.empty());
        }

        /// {@return the same, of an account with whose address nobody has shown yet that they read it}
        public Recipient unprovenOf(UUID account) {
            return new Recipient(address, name, language, Optional.of(account));
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /// What link and code of a mail prove: that somebody reads it.
    ///
    /// @param token of the link
    /// @param code to type instead; empty text where it could be typed nowhere
    /// @param lifetime how long they prove it
    public record Proof(String token, String code, Duration lifetime) {

        private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~-]{1,512}");

        /// Refuses what would have to be encoded in a URL.
        public Proof {
            if (!PLAIN.matcher(token).matches() || !(code.isEmpty() || PLAIN.matcher(code).matches())) {
                throw new IllegalArgumentException("token or code: unusable (expected: letters, digits, . _ ~ and -)");
            }
        }

        /// {@return the same for a mail that nobody asked for who could be asked for its code}
        public Proof withoutCode() {
            return new Proof(token, "", lifetime);
        }

        @Override
        public String toString() {
            return "***";
        }
    }
}
