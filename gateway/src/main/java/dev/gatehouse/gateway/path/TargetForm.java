package dev.gatehouse.gateway.path;

/// Makes request targets readable for strict URI parsers before anybody looks at them. Browsers send `|`, `^` and their kin in queries as they are:
/// they are percent-encoded, which says the same. Whatever is not visible ASCII is no request target (RFC 9112 §3.2), nor is what has a
/// fragment, or brackets in its path. Pure; allocates nothing
/// for targets that are readable as they are.
public final class TargetForm {

    private static final String ENCODED = "\"<>\\^`{|}";

    private TargetForm() {}

    /// The target as everybody else reads it, the very text where nothing had to be encoded; empty when it is none.
    public static String readable(String target) {
        boolean encode = false;
        boolean path = target.startsWith("/"); // an authority may hold an address in brackets
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#' || (c == '%' && !PercentEncoding.isTriplet(target, i))) {
                return "";
            }
            if (c == '?') {
                path = false;
            } else if (path && (c == '[' || c == ']')) {
                return "";
            }
            encode |= mustBeEncoded(c);
        }
        return encode ? encoded(target) : target;
    }

    private static boolean mustBeEncoded(char c) {
        // Letters, digits and the slash first: almost every character is one.
        return !((c >= 'a' && c <= 'z') || (c >= '/' && c <= '9') || (c >= 'A' && c <= 'Z')) && ENCODED.indexOf(c) >= 0;
    }

    private static String encoded(String target) {
        StringBuilder readable = new StringBuilder(target.length() + 16);
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (mustBeEncoded(c)) {
                readable.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            } else {
                readable.append(c);
            }
        }
        return readable.toString();
    }
}
