package dev.gatehouse.gateway.preamble;

import java.net.InetAddress;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/// The line of version 1: a family, two addresses of it and two ports, single spaces between. Stateless.
final class TextPreamble {

    private TextPreamble() {}

    /// Reads what stands between `PROXY ` and CR LF; null when it is not sound.
    static @Nullable Preamble read(String line) {
        String[] parts = line.split(" ", -1);
        if (parts[0].equals("UNKNOWN")) {
            return Preamble.UNTOLD; // whatever else stands there has to be ignored
        }
        boolean v6 = parts[0].equals("TCP6");
        if ((!v6 && !parts[0].equals("TCP4")) || parts.length != 5 || !isPort(parts[3]) || !isPort(parts[4])) {
            return null;
        }
        InetAddress source = address(parts[1], v6);
        return source == null || address(parts[2], v6) == null ? null : new Preamble.Client(source);
    }

    private static @Nullable InetAddress address(String text, boolean v6) {
        return text.indexOf(':') >= 0 == v6 && text.indexOf('%') < 0 && text.indexOf('[') < 0 && !mayBeOctal(text)
                ? NetUtil.createInetAddressFromIpAddressString(text)
                : null;
    }

    /// Whether a decimal part begins with a zero that some parsers take for more than that.
    private static boolean mayBeOctal(String text) {
        for (int at = 0; text.indexOf('.') > 0 && at < text.length() - 1; at++) {
            boolean begins = at == 0 || text.charAt(at - 1) == '.' || text.charAt(at - 1) == ':';
            if (begins && text.charAt(at) == '0' && text.charAt(at + 1) >= '0' && text.charAt(at + 1) <= '9') {
                return true;
            }
        }
        return false;
    }

    private static boolean isPort(String text) {
        if (text.isEmpty() || text.length() > 5 || (text.length() > 1 && text.charAt(0) == '0')) {
            return false;
        }
        int port = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            port = port * 10 + digit;
        }
        return port <= 65_535;
    }
}
