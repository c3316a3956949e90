package dev.gatehouse.auth.role;

import java.util.regex.Pattern;

/// The name of a scope: what RFC 6749 §3.3 allows, without what would need escaping somewhere.
///
/// @param value as it stands in tokens
public record ScopeName(String value) {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:._/-]{0,63}");

    /// Refuses spaces, which separate scopes, and anything unusual.
    public ScopeName {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "is not a scope; expected 1 to 64 letters, digits, : . _ / and -, such as orders:read");
        }
    }
}
