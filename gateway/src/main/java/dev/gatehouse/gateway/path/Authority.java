package dev.gatehouse.gateway.path;

/// A host and perhaps a port, as the `Host` field has it (RFC 9110 §7.2). Narrower than RFC 3986 §3.2: names of letters, digits, `-`, `_` and
/// dots, addresses of version 4, and addresses of version 6 in brackets. Everything else is read differently by somebody: users, percent signs,
/// lists, schemes, empty ports.
public final class Authority {

    private static final int MAX_NAME = 253;
    private static final int MAX_PORT = 65_535;

    private Authority() {}

    /// Whether everybody reads the same host and port in it.
    public static boolean isSound(String authority) {
        boolean bracket = authority.startsWith("[");
        int end = bracket ? authority.indexOf(']') + 1 : authority.indexOf(':');
        String host = end < 0 ? authority : authority.substring(0, end);
        boolean named = bracket ? isAddress(host) : isName(host);
        return named && (host.length() == authority.length() || isPort(authority, host.length()));
    }

    /// Eight groups of one to four hexadecimal digits, of which `::` stands for at least one (RFC 4291 §2.2). No zone, and no address of version 4 at its
    /// end: not every parser reads those.
    private static boolean isAddress(String host) {
        int groups = 0;
        int digits = 0;
        boolean gap = false;
        for (int i = 1; i < host.length() - 1; i++) {
            char c = host.charAt(i);
            if (c == ':' && host.charAt(i + 1) == ':') {
                if (gap) {
                    return false;
                }
                gap = true;
                groups += digits > 0 ? 1 : 0;
                digits = 0;
                i++;
            } else if (c == ':') {
                if (digits == 0) {
                    return false;
                }
                groups++;
                digits = 0;
            } else if (c >= 128 || Character.digit(c, 16) < 0 || ++digits > 4) {
                return false;
            }
        }
        boolean open = digits == 0 && !host.endsWith("::]");
        groups += digits > 0 ? 1 : 0;
        return !open && (gap ? groups < 8 : groups == 8);
    }

    private static boolean isName(String host) {
        if (host.isEmpty() || host.length() > MAX_NAME) {
            return false;
        }
        boolean labelBegins = true;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '.') {
                if (labelBegins) {
                    return false;
                }
                labelBegins = true;
            } else if (c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_')) {
                labelBegins = false;
            } else {
                return false;
            }
        }
        return true;
    }

    private static boolean isPort(String authority, int colon) {
        int digits = authority.length() - colon - 1;
        if (authority.charAt(colon) != ':' || digits < 1 || digits > 5) {
            return false;
        }
        int port = 0;
        for (int i = colon + 1; i < authority.length(); i++) {
            int digit = authority.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            port = port * 10 + digit;
        }
        return port >= 1 && port <= MAX_PORT;
    }
}
