package dev.gatehouse.gateway.redirect;

import java.util.List;

import dev.gatehouse.gateway.path.Authority;
import dev.gatehouse.gateway.path.PathPolicy;
import dev.gatehouse.gateway.path.PathVerdict;
import dev.gatehouse.gateway.problem.Code;

/// Where a plain request is sent to: the same host, the same path, https. What two parsers could read differently is sent nowhere.
public sealed interface Location {

    /// Judges one request.
    ///
    /// @param target as in the request line
    /// @param hosts all `Host` fields
    /// @param port of https, as clients see it
    static Location of(String target, List<String> hosts, int port) {
        if (hosts.size() != 1 || !Authority.isSound(hosts.getFirst())) {
            return new Refused(Code.REQUEST_MALFORMED, "no, several or unsound Host fields");
        }
        return switch (PathPolicy.check(target, hosts.getFirst())) {
            case PathVerdict.Clean clean -> new Known(address(clean, hosts.getFirst(), port));
            case PathVerdict.Ambiguous ambiguous -> new Refused(Code.REQUEST_AMBIGUOUS_PATH, ambiguous.why());
            case PathVerdict.Malformed malformed -> new Refused(Code.REQUEST_MALFORMED, malformed.why());
        };
    }

    private static String address(PathVerdict.Clean clean, String host, int port) {
        int colon = host.indexOf(':', host.lastIndexOf(']') + 1);
        String name = colon < 0 ? host : host.substring(0, colon);
        return "https://" + name + (port == 443 ? "" : ":" + port) + clean.rawPath()
                + clean.query();
    }

    /// An absolute address.
    record Known(String address) implements Location {}

    /// Nowhere.
    ///
    /// @param code what the client is told
    /// @param why for the log
    record Refused(Code code, String why) implements Location {}
}
