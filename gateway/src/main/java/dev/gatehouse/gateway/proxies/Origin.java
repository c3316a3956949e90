package dev.gatehouse.gateway.proxies;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;

/// Where a request comes from, as far as it is believed. Immutable.
///
/// @param believed whether a trusted proxy passed it on, so that what it says of the request counts
/// @param path the addresses along which it came: the client first, the peer last; never empty
/// @param proto `http` or `https`, as the client used it
/// @param host `Host` as the client sent it; empty where there is none that could be one
public record Origin(boolean believed, List<String> path, String proto, String host) {

    /// Copies the path.
    public Origin {
        path = List.copyOf(path);
    }

    static Origin of(InetAddress peer, TrustedProxies proxies, Function<String, List<String>> headers, String proto,
            String host) {
        if (!proxies.trusts(peer)) {
            return new Origin(false, proxies.path(peer, List.of()), proto, host(host, ""));
        }
        TrustedFields fields = proxies.fields();
        List<ForwardedHop> hops = fields.standard() ? ForwardedHop.read(headers.apply("Forwarded")) : List.of();
        ForwardedHop nearest = hops.isEmpty() ? ForwardedHop.UNTOLD : hops.getLast();
        return new Origin(true,
                fields.address()
                        ? proxies.path(peer, headers.apply("X-Forwarded-For"))
                        : proxies.pathAlong(peer, ForwardedHop.nodes(hops)),
                proto(fields.proto() ? last(headers.apply("X-Forwarded-Proto")) : nearest.proto(), proto),
                host(fields.host() ? last(headers.apply("X-Forwarded-Host")) : nearest.host(), host(host, "")));
    }

    /// The value that the nearest proxy wrote; what stands before it may be anybody's.
    private static String last(List<String> fields) {
        if (fields.isEmpty()) {
            return "";
        }
        String field = fields.getLast();
        return field.substring(field.lastIndexOf(',') + 1).strip();
    }

    private static String proto(String forwarded, String own) {
        return forwarded.equalsIgnoreCase("https") ? "https" : forwarded.equalsIgnoreCase("http") ? "http" : own;
    }

    private static String host(String forwarded, String own) {
        if (forwarded.isEmpty() || forwarded.length() > 261) { // a name of 255 and a port
            return own;
        }
        for (int i = 0; i < forwarded.length(); i++) {
            char character = forwarded.charAt(i);
            if (character >= 0x80 || (!Character.isLetterOrDigit(character) && ".-_:[]".indexOf(character) < 0)) {
                return own;
            }
        }
        return forwarded;
    }
}
