package dev.gatehouse.gateway.proxies;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One element of `Forwarded` (RFC 7239 §4); what it does not tell is empty. Immutable.
///
/// @param node `for`: an address, perhaps with a port, or a name that hides it
/// @param proto `proto`
/// @param host `host`
record ForwardedHop(String node, String proto, String host) {

    static final ForwardedHop UNTOLD = new ForwardedHop("", "", "");

    /// The elements in their order; none at all if any of them is malformed, because then nobody knows where one ends.
    static List<ForwardedHop> read(List<String> fields) {
        List<ForwardedHop> hops = new ArrayList<>();
        for (String field : fields) {
            if (!read(field, hops)) {
                return List.of();
            }
        }
        return hops;
    }

    static List<String> nodes(List<ForwardedHop> hops) {
        List<String> nodes = new ArrayList<>();
        for (ForwardedHop hop : hops) {
            nodes.add(hop.node());
        }
        return nodes;
    }

    private static boolean read(String field, List<ForwardedHop> hops) {
        ForwardedHop hop = UNTOLD;
        int at = 0;
        while (true) {
            at = blanks(field, at);
            int equals = field.indexOf('=', at);
            if (equals <= at) { // no name, or nothing more at all
                return false;
            }
            StringBuilder value = new StringBuilder();
            int end = value(field, equals + 1, value);
            if (end < 0) {
                return false;
            }
            hop = hop.with(field.substring(at, equals).toLowerCase(Locale.ROOT), value.toString());
            at = blanks(field, end);
            if (at == field.length()) {
                return hops.add(hop);
            }
            if (field.charAt(at) == ',') {
                hops.add(hop);
                hop = UNTOLD;
            } else if (field.charAt(at) != ';') {
                return false;
            }
            at++;
        }
    }

    private ForwardedHop with(String name, String value) {
        return switch (name) {
            case "for" -> new ForwardedHop(value, proto, host);
            case "proto" -> new ForwardedHop(node, value, host);
            case "host" -> new ForwardedHop(node, proto, value);
            default -> this;
        };
    }

    private static int blanks(String field, int from) {
        int at = from;
        while (at < field.length() && (field.charAt(at) == ' ' || field.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    /// Reads a token or a quoted string, and answers where it ends, or -1.
    private static int value(String field, int from, StringBuilder value) {
        boolean quoted = from < field.length() && field.charAt(from) == '"';
        for (int at = quoted ? from + 1 : from; at < field.length(); at++) {
            char character = field.charAt(at);
            if (quoted && character == '"') {
                return at + 1;
            }
            if (quoted && character == '\\') {
                at++;
                if (at == field.length()) {
                    return -1;
                }
                character = field.charAt(at);
            } else if (!quoted && " \t,;\"".indexOf(character) >= 0) {
                return value.isEmpty() ? -1 : at;
            }
            value.append(character);
        }
        return quoted || value.isEmpty() ? -1 : field.length();
    }
}
