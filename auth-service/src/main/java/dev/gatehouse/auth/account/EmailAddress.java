package dev.gatehouse.auth.account;

import java.util.Locale;
import java.util.regex.Pattern;

/// A mail address that can travel: the dot-atom form of RFC 5321 in ASCII, at a domain with at least two labels. Unique without
/// regard to case.
///
/// @param value as its owner writes it
public record EmailAddress(String value) {

    private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final Pattern LOCAL = Pattern.compile(ATOM + "(?:\\." + ATOM + ")*");
    private static final Pattern DOMAIN = Pattern
            .compile(LABEL + "(?:\\." + LABEL + ")*\\.[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])");
    private static final int LONGEST = 254;
    private static final int LONGEST_LOCAL = 64;

    /// Refuses what is no such address.
    public EmailAddress {
        int at = value.lastIndexOf('@');
        if (value.length() > LONGEST || at < 1 || at > LONGEST_LOCAL || !LOCAL.matcher(value.substring(0, at)).matches()
                || !DOMAIN.matcher(value.substring(at + 1)).matches()) {
            throw new IllegalArgumentException("is not an e-mail address; expected such as name@example.com");
        }
    }

    /// {@return the form in which two spellings of one address are equal}
    public String key() {
        return value.toLowerCase(Locale.ROOT);
    }
}
