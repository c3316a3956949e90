package dev.gatehouse.gateway.identity;

import java.util.List;
import java.util.Set;

/// Says which fields of a backend's response reach the client. Thread-safe, no state.
public final class ResponseHeaders {

    private static final FoldedNames DROPPED = new FoldedNames(
            Set.of("connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authentication-info", "te",
                    "trailer",
                    "transfer-encoding", "upgrade", "http2-settings", // this hop's own
                    "x-user", "x-session", "x-gatehouse", // the gateway's words to backends
                    "server", "x-powered-by", "x-application-context", "x-aspnet-version", "x-aspnetmvc-version", // what attackers like to know
                    "x-request-id"), // the gateway writes it
            List.of("x-user-", "x-session-", "x-gatehouse-"));

    private ResponseHeaders() {}

    /// Hands over the fields that reach the client, in their order. `Content-Length` passes; framing is the host's.
    public static void write(HeaderFields upstream, HeaderSink out) {
        List<String> hopByHop = ConnectionOptions.names(upstream.all("Connection"));
        upstream.forEach((name, value) -> {
            if (!DROPPED.contains(name) && (hopByHop.isEmpty() || !ConnectionOptions.contains(hopByHop, name))) {
                out.add(name, value);
            }
        });
    }

    /// Whether a field of this name may reach the client, whatever the response's `Connection` says.
    public static boolean mayPass(String name) {
        return !DROPPED.contains(name);
    }
}
