package dev.gatehouse.gateway.identity;

import java.util.List;
import java.util.Set;

import dev.gatehouse.gateway.authentication.CookieNames;

/// Says which fields of a backend's response reach the client. Thread-safe, no state.
public final class ResponseHeaders {

    private static final String SET_COOKIE = "Set-Cookie";

    private static final FoldedNames DROPPED = new FoldedNames(
            Set.of("connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authentication-info", "te",
                    "trailer",
                    "transfer-encoding", "upgrade", "http2-settings", // this hop's own
                    "x-user", "x-session", "x-gatehouse", // the gateway's words to backends
                    "server", "x-powered-by", "x-application-context", "x-aspnet-version", "x-aspnetmvc-version", // what attackers like to know
                    "alt-svc", // would lead browsers past the gateway, for all of its backends
                    "x-request-id"), // the gateway writes it
            List.of("x-user-", "x-session-", "x-gatehouse-", "x-http2-"));

    private ResponseHeaders() {}

    /// Hands over the fields that reach the client, in their order. `Content-Length` passes; framing is the host's.
    ///
    /// @param credentials whether the backend may set the session cookie and those that carry tokens: one that could would choose in whose name a browser acts
    /// @param tokenCookies the cookies that carry access tokens, whichever issuer's
    public static void write(HeaderFields upstream, boolean credentials, CookieNames tokenCookies, HeaderSink out) {
        List<String> hopByHop = ConnectionOptions.names(upstream.all("Connection"));
        upstream.forEach((name, value) -> {
            if (!DROPPED.contains(name) && (hopByHop.isEmpty() || !ConnectionOptions.contains(hopByHop, name))
                    && (credentials || !isCookie(name) || !(setsSession(value) || tokenCookies.areSetBy(value)))) {
                out.add(name, value);
            }
        });
    }

    private static boolean isCookie(String name) {
        return name.regionMatches(true, 0, SET_COOKIE, 0, SET_COOKIE.length());
    }

    /// Wherever in the field it stands and in whatever case: browsers have read a cookie's name out of its value (`=name=value`).
    private static boolean setsSession(String value) {
        int last = value.length() - BackendHeaders.OWN_COOKIES.length();
        for (int at = 0; at <= last; at++) {
            if (value.regionMatches(true, at, BackendHeaders.OWN_COOKIES, 0, BackendHeaders.OWN_COOKIES.length())) {
                return true;
            }
        }
        return false;
    }

    /// Whether a field of this name may reach the client, whatever the response's `Connection` says.
    public static boolean mayPass(String name) {
        return !DROPPED.contains(name);
    }
}
