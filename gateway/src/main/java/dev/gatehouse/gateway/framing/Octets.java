package dev.gatehouse.gateway.framing;

/// Which octets may stand where in a request (RFC 9110 §5.5, §5.6.2, RFC 9112 §3).
public final class Octets {

    private static final byte TOKEN = 1;
    private static final byte VISIBLE = 2;
    private static final byte TEXT = 4;

    // A number of 18 digits fits a long; nobody sends more than that.
    private static final int MAX_DIGITS = 18;

    private static final byte[] KIND = kinds();

    private Octets() {}

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        for (int c = 0x20; c < 256; c++) {
            kinds[c] |= c == 0x7f ? 0 : TEXT;
            kinds[c] |= c > 0x20 && c < 0x7f ? VISIBLE : 0;
        }
        kinds['\t'] |= TEXT;
        for (char c : "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray()) {
            kinds[c] |= TOKEN;
        }
        return kinds;
    }

    /// Of a method or a field's name.
    public static boolean isToken(int octet) {
        return (KIND[octet] & TOKEN) != 0;
    }

    /// Visible ASCII.
    public static boolean isVisible(int octet) {
        return (KIND[octet] & VISIBLE) != 0;
    }

    /// Of a field's value: visible characters, spaces, tabs, and octets beyond ASCII.
    public static boolean isText(int octet) {
        return (KIND[octet] & TEXT) != 0;
    }

    /// Whether it is a `Content-Length` that everybody reads in one way: digits, no zero ahead, at most 18.
    public static boolean isLength(CharSequence length) {
        if (length.isEmpty() || length.length() > MAX_DIGITS || (length.length() > 1 && length.charAt(0) == '0')) {
            return false;
        }
        for (int i = 0; i < length.length(); i++) {
            if (length.charAt(i) < '0' || length.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
