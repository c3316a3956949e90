package dev.gatehouse.auth.mfa;

import java.util.Locale;

import dev.gatehouse.auth.session.Session;

/// How somebody can prove more than a password.
public enum Method {
    /// The code of an authenticator app.
    TOTP(Session.Assurance.SECOND_FACTOR),
    /// One of the codes that were shown once, to be kept for a day like this.
    RECOVERY_CODE(Session.Assurance.SECOND_FACTOR),
    /// The code of a mail.
    EMAIL(Session.Assurance.EMAIL_CODE);

    private final Session.Assurance assurance;

    Method(Session.Assurance assurance) {
        this.assurance = assurance;
    }

    /// {@return what it proves, together with the password}
    public Session.Assurance assurance() {
        return assurance;
    }

    /// {@return its name on the wire}
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// {@return the method of a name}
    ///
    /// @param key as it came
    /// @throws IllegalArgumentException where there is none
    public static Method of(String key) {
        for (Method method : values()) {
            if (method.key().equals(key)) {
                return method;
            }
        }
        throw new IllegalArgumentException("is not a method; expected totp, recovery_code or email");
    }

    /// A code and what it is said to be. `toString()` hides it.
    ///
    /// @param method what it is said to be
    /// @param code as it was typed, at most 64 characters
    public record Given(Method method, String code) {

        private static final int LONGEST = 64;

        /// {@return the code, with what people type between its parts}
        ///
        /// @param code as it came
        /// @throws IllegalArgumentException where it can be none
        public static String code(String code) {
            if (code.isBlank() || code.length() > LONGEST) {
                throw new IllegalArgumentException("is not a code; expected 1 to 64 characters");
            }
            return code.strip();
        }

        @Override
        public String toString() {
            return "Given[" + method + "]";
        }
    }
}
