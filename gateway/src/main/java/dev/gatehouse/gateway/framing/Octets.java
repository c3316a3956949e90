package dev.gatehouse.gateway.framing;

/// Which octets may stand where in a request (RFC 9110 §5.5, §5.6.2, RFC 9112 §3).
final class Octets {

    private static final byte TOKEN = 1;
    private static final byte VISIBLE = 2;
    private static final byte TEXT = 4;

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
    static boolean isToken(int octet) {
        return (KIND[octet] & TOKEN) != 0;
    }

    /// Visible ASCII.
    static boolean isVisible(int octet) {
        return (KIND[octet] & VISIBLE) != 0;
    }

    /// Of a field's value: visible characters, spaces, tabs, and octets beyond ASCII.
    static boolean isText(int octet) {
        return (KIND[octet] & TEXT) != 0;
    }
}
