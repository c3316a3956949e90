package dev.gatehouse.auth.role;

import java.util.regex.Pattern;

/// The name of a role.
///
/// @param value as it stands in tokens
public record RoleName(String value) {

    private static final Pattern ALLOWED = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

    /// Refuses what could be taken for something else in a header or a policy.
    public RoleName {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException("is not a role; expected 1 to 32 of a to z, digits, - and _, a letter first");
        }
    }
}
