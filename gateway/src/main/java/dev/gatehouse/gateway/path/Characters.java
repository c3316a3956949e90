package dev.gatehouse.gateway.path;

import java.util.Arrays;

/// What each ASCII character may do in a path and in a query (RFC 3986 §3.3, §3.4).
final class Characters {

    /// Not allowed.
    static final byte BAD = 0;
    /// Means itself.
    static final byte PLAIN = 1;
    /// Ends a segment.
    static final byte SLASH = 2;
    /// Begins a triplet.
    static final byte PERCENT = 3;
    /// Ends the path.
    static final byte QUESTION = 4;
    /// Some parsers cut or fold here: `\` becomes `/` on some systems, `;` starts a parameter that servlet containers drop.
    static final byte AMBIGUOUS = 5;

    static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    /// sub-delims, `:` and `@`, without the semicolon.
    static final String PLAIN_RESERVED = "!$&'()*+,=:@";
    /// Sent as they are in queries by browsers (WHATWG URL, query percent-encode set).
    private static final String BROWSERS_ONLY = "|[]{}\"<>^`\\";

    private static final byte[] IN_PATH = table(UNRESERVED + PLAIN_RESERVED);
    private static final byte[] IN_STRICT_QUERY = table(UNRESERVED + PLAIN_RESERVED + ";/?%");
    private static final byte[] IN_LENIENT_QUERY = table(BROWSERS_ONLY);

    static {
        IN_PATH['/'] = SLASH;
        IN_PATH['%'] = PERCENT;
        IN_PATH['?'] = QUESTION;
        IN_PATH['\\'] = AMBIGUOUS;
        IN_PATH[';'] = AMBIGUOUS;
    }

    private Characters() {}

    static byte kind(char c) {
        return c < 128 ? IN_PATH[c] : BAD;
    }

    static boolean strictInQuery(char c) {
        return c < 128 && IN_STRICT_QUERY[c] == PLAIN;
    }

    static boolean lenientInQuery(char c) {
        return c < 128 && IN_LENIENT_QUERY[c] == PLAIN;
    }

    /// Whether the segment that starts here is `.`, `..`, or empty with another one behind it; an empty last segment is a trailing slash.
    static boolean emptyOrDotSegment(String target, int start) {
        if (start == target.length()) {
            return false;
        }
        char first = target.charAt(start);
        if (first != '.') {
            return first == '/';
        }
        int end = start + 1 < target.length() && target.charAt(start + 1) == '.' ? start + 2 : start + 1;
        return end == target.length() || target.charAt(end) == '/' || target.charAt(end) == '?';
    }

    private static byte[] table(String plain) {
        byte[] table = new byte[128];
        Arrays.fill(table, BAD);
        for (int i = 0; i < plain.length(); i++) {
            table[plain.charAt(i)] = PLAIN;
        }
        return table;
    }
}
