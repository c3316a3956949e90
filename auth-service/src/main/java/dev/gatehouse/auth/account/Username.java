package dev.gatehouse.auth.account;

import java.util.Locale;
import java.util.regex.Pattern;

/// A public name, unique without regard to case.
///
/// @param value as its owner writes it
public record Username(String value) {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_]{3,50}");

    /// Refuses anything but 3 to 50 letters, digits and underscores.
    public Username {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "is not a username; expected 3 to 50 of the letters A to Z, digits and underscore");
        }
    }

    /// {@return the form in which two spellings of one name are equal}
    public String key() {
        return value.toLowerCase(Locale.ROOT);
    }
}
