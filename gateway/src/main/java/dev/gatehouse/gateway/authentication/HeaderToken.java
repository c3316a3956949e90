package dev.gatehouse.gateway.authentication;

import java.util.List;

/// What a request's `Authorization` holds of tokens (RFC 6750 §2.1).
sealed interface HeaderToken {

    String SCHEME = "Bearer";
    None NONE = new None();
    Several SEVERAL = new Several();

    /// Looks at all `Authorization` fields. Another scheme, such as Basic, counts as no credentials: RFC 6750 §3.1 treats "an unsupported
    /// authentication method" like a request without any.
    static HeaderToken in(List<String> fields) {
        if (fields.isEmpty()) {
            return NONE;
        }
        if (fields.size() > 1) {
            return SEVERAL;
        }
        String field = fields.getFirst();
        if (!field.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return NONE;
        }
        if (field.length() == SCHEME.length()) {
            return new Malformed("no token");
        }
        if (field.charAt(SCHEME.length()) != ' ') {
            return isToken68(field.charAt(SCHEME.length())) ? NONE : new Malformed("no single space after the scheme");
        }
        return new One(field, SCHEME.length() + 1);
    }

    private static boolean isToken68(char character) {
        return Character.isLetterOrDigit(character) || "-._~+/=".indexOf(character) >= 0; // a longer scheme name, such as "BearerX"
    }

    /// Whether a text can be a token at all.
    static boolean isToken68(String token) {
        for (int i = 0; i < token.length(); i++) {
            char character = token.charAt(i);
            if (character >= 0x80 || !isToken68(character)) {
                return false;
            }
        }
        return !token.isEmpty();
    }

    /// No field with a token.
    record None() implements HeaderToken {}

    /// More than one field where there may be one.
    record Several() implements HeaderToken {}

    /// A field of this scheme that holds no token.
    ///
    /// @param reason for the log, not for the client
    record Malformed(String reason) implements HeaderToken {}

    /// A text that may be a token.
    ///
    /// @param field ends with it
    /// @param from where it begins
    record One(String field, int from) implements HeaderToken {}
}
