package dev.gatehouse.gateway.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Says which fields behind a body pass: none that its reader must know before the body, and none that could not pass ahead of it (RFC 9110 §6.5.1).
/// Thread-safe, no state.
public final class TrailerFields {

    // So many of a request; announcing more passes nothing more.
    private static final int MOST = 32;

    private static final FoldedNames OF_HEADER_SECTIONS = new FoldedNames(
            Set.of("host", "range", "max-forwards", "expect", "te", "trailer", "via", "allow", "age", "cache-control", "pragma",
                    "expires", "date", "vary", "warning", "location", "refresh", "retry-after", "alt-svc", "prefer", "priority",
                    "depth", "destination", "overwrite", "user-agent", "accept", "origin", "referer", // how it is read, and where it goes
                    "authorization", "cookie", "cookie2", "set-cookie", "set-cookie2", "www-authenticate", // who is calling
                    "strict-transport-security", "x-frame-options", "x-content-type-options", "x-xss-protection",
                    "referrer-policy",
                    "permissions-policy", "clear-site-data", "timing-allow-origin", "report-to", "reporting-endpoints", "nel"), // what browsers guard
            List.of("content-", "access-control-", "accept-", "if-", "sec-", "proxy-", "cross-origin-", "x-accel-", "x-sendfile",
                    "ratelimit"));

    private TrailerFields() {}

    /// Whether a client takes fields behind a body, by its `TE` fields (RFC 9110 §10.1.4).
    public static boolean areTaken(List<String> te) {
        return !te.isEmpty() && ConnectionOptions.contains(ConnectionOptions.names(te), "trailers");
    }

    /// The names among those that a client announces in its `Trailer` fields which may stand behind its body: none that its header section has, which nothing
    /// may change afterwards, and none that its `Connection` declares to be for this hop only (RFC 9110 §7.6.1).
    ///
    /// @param head the client's header section
    public static List<String> announced(List<String> trailer, HeaderFields head) {
        List<String> hopByHop = ConnectionOptions.names(head.all("Connection"));
        List<String> names = new ArrayList<>();
        for (String name : ConnectionOptions.names(trailer)) {
            if (names.size() < MOST && mayFollowRequest(name) && head.all(name).isEmpty()
                    && !ConnectionOptions.contains(hopByHop, name)) {
                names.add(name);
            }
        }
        return names;
    }

    /// Hands over what a backend is told of a request's trailers.
    ///
    /// @param announced what [#announced] has let pass
    public static void ofRequest(List<String> announced, HeaderFields trailers, HeaderSink out) {
        trailers.forEach((name, value) -> {
            if (ConnectionOptions.contains(announced, name)) {
                out.add(name, value);
            }
        });
    }

    /// Hands over what a client is told of an answer's trailers.
    ///
    /// @param head the answer's header section
    public static void ofAnswer(HeaderFields head, HeaderFields trailers, HeaderSink out) {
        List<String> hopByHop = ConnectionOptions.names(head.all("Connection"));
        trailers.forEach((name, value) -> {
            if (mayFollowAnswer(name) && !ConnectionOptions.contains(hopByHop, name)) {
                out.add(name, value);
            }
        });
    }

    static boolean mayFollowRequest(String name) {
        return mayFollow(name) && !DropReason.ALWAYS.contains(name);
    }

    static boolean mayFollowAnswer(String name) {
        return mayFollow(name) && ResponseHeaders.mayPass(name);
    }

    /// A digest of what has been sent is what trailers were made for (RFC 9530 §2).
    private static boolean mayFollow(String name) {
        return isToken(name) && (name.equalsIgnoreCase("Content-Digest") || !OF_HEADER_SECTIONS.contains(name));
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!plain && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
