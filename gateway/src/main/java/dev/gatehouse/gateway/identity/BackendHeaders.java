package dev.gatehouse.gateway.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.CookieNames;

/// Writes what a backend receives: first what the client may say, then what the gateway knows. Thread-safe, no state.
///
/// Of the client's fields these stay behind: names that the gateway writes itself or that some backend would take for one of them; fields
/// for this hop only, also those that `Connection` names, which therefore cannot remove ours; fields by which proxies tell backends who is
/// calling, what was asked for, or which method to run. `Authorization` and our own cookies pass where the route forwards the token.
public final class BackendHeaders {

    /// How the names of the cookies begin that are between browsers and the auth service: the refresh token, the known device.
    public static final String OWN_COOKIES = "__Host-gatehouse_";

    /// Stands for an assertion where there is none.
    public static final String NO_ASSERTION = "";

    private static final String LENGTH = "Content-Length";
    private static final FoldedNames LENGTH_ALIASES = new FoldedNames(Set.of("content-length"), List.of());

    private BackendHeaders() {}

    /// Writes the header section for a backend, complete but for what belongs to the connection: `Host`, which the HTTP client sets from
    /// the upstream's address, and framing. `Content-Length` passes as the client sent it, because it must stay true to the body, whatever `Connection` says; a chunked
    /// body is framed anew by the HTTP client, as `Transfer-Encoding` never passes. `Expect` never passes either: the gateway has answered it.
    /// Upgrades (WebSocket) are asked for anew by whoever opens the connection to the backend.
    ///
    /// @param assertion the signed word about the caller, or [#NO_ASSERTION]
    /// @param forwardToken whether credentials pass
    /// @param tokenCookies the cookies that carry access tokens; credentials too, whichever issuer's
    public static void write(InboundRequest inbound, Caller caller, String assertion, boolean forwardToken,
            CookieNames tokenCookies, HeaderSink out) {
        passOn(inbound, forwardToken, tokenCookies, out, (_, _) -> {});
        writeOwn(inbound, caller, assertion, out);
    }

    /// The same, and what did not make it.
    public static HeaderSection explain(InboundRequest inbound, Caller caller, String assertion, boolean forwardToken,
            CookieNames tokenCookies) {
        List<HeaderSection.Field> passed = new ArrayList<>();
        List<HeaderSection.Field> written = new ArrayList<>();
        List<HeaderSection.Dropped> dropped = new ArrayList<>();
        passOn(inbound, forwardToken, tokenCookies, (name, value) -> passed.add(new HeaderSection.Field(name, value)),
                (name, reason) -> dropped.add(new HeaderSection.Dropped(name, DropReason.of(name).orElse(reason))));
        writeOwn(inbound, caller, assertion, (name, value) -> written.add(new HeaderSection.Field(name, value)));
        return new HeaderSection(passed, written, dropped);
    }

    /// Whether a request of this method says `Content-Length: 0` to its backend when it has no body; without a word some would wait for chunks.
    public static boolean tellsOfNoBody(String method) {
        return !method.equals("GET") && !method.equals("HEAD") && !method.equals("DELETE");
    }

    private static void passOn(InboundRequest inbound, boolean forwardToken, CookieNames tokenCookies, HeaderSink out,
            BiConsumer<String, DropReason> dropped) {
        List<String> hopByHop = ConnectionOptions.names(inbound.headers().all("Connection"));
        boolean traced = inbound.trace().kept();
        inbound.headers().forEach((name, value) -> {
            if (DropReason.ALWAYS.contains(name)) {
                if (traced && name.equalsIgnoreCase("tracestate")) {
                    out.add(name, value);
                } else {
                    dropped.accept(name, DropReason.RESERVED);
                }
            } else if (isLengthAlias(name)) {
                dropped.accept(name, DropReason.LENGTH_ALIAS);
            } else if (!hopByHop.isEmpty() && ConnectionOptions.contains(hopByHop, name) && !name.equalsIgnoreCase(LENGTH)) {
                dropped.accept(name, DropReason.NAMED_IN_CONNECTION);
            } else if (!forwardToken && name.equalsIgnoreCase("Authorization")) {
                dropped.accept(name, DropReason.CREDENTIALS);
            } else if (!forwardToken && name.equalsIgnoreCase("Cookie")) {
                String rest = withoutSession(tokenCookies.isEmpty() ? value : tokenCookies.without(value));
                if (!rest.isEmpty()) {
                    out.add(name, rest);
                }
                if (rest.length() < value.length()) {
                    dropped.accept(name, DropReason.CREDENTIALS);
                }
            } else {
                out.add(name, value);
            }
        });
    }

    /// Another spelling of the field that says how long the body is: whoever takes it for that one sees two lengths, or another one.
    private static boolean isLengthAlias(String name) {
        return name.length() == LENGTH.length() && LENGTH_ALIASES.contains(name) && !name.equalsIgnoreCase(LENGTH);
    }

    /// All pairs but those that mention the session cookie, wherever in them; the others byte by byte as they came.
    private static String withoutSession(String value) {
        if (!value.contains(OWN_COOKIES)) {
            return value;
        }
        StringBuilder rest = new StringBuilder(value.length());
        for (String pair : value.split(";", -1)) {
            if (!pair.contains(OWN_COOKIES) && !pair.isBlank()) {
                rest.append(rest.isEmpty() ? pair.stripLeading() : ";" + pair);
            }
        }
        return rest.toString();
    }

    private static void writeOwn(InboundRequest inbound, Caller caller, String assertion, HeaderSink out) {
        writeOrigin(inbound, out);
        if (caller instanceof Caller.Authenticated known) {
            writeIdentity(known, out);
            if (!assertion.isEmpty()) {
                out.add("X-Gatehouse-Assertion", assertion);
            }
        }
    }

    private static void writeOrigin(InboundRequest inbound, HeaderSink out) {
        out.add("X-Forwarded-For", inbound.path().size() == 1 ? inbound.clientAddress() : String.join(", ", inbound.path()));
        out.add("X-Forwarded-Proto", inbound.proto());
        if (!inbound.host().isEmpty()) {
            out.add("X-Forwarded-Host", inbound.host());
        }
        out.add("Forwarded", forwarded(inbound));
        out.add("X-Request-Id", inbound.requestId());
        out.add("traceparent", inbound.trace().traceparent());
    }

    /// One element per hop; host and protocol stand in the first, which is the client's (RFC 7239 §4).
    private static String forwarded(InboundRequest inbound) {
        StringBuilder text = new StringBuilder(96);
        for (int hop = 0; hop < inbound.path().size(); hop++) {
            String address = inbound.path().get(hop);
            text.append(hop == 0 ? "for=" : ", for=");
            if (address.indexOf(':') >= 0) {
                text.append("\"[").append(address).append("]\"");
            } else {
                text.append(address);
            }
            if (hop == 0) {
                if (!inbound.host().isEmpty()) {
                    quoted(text.append(";host="), inbound.host());
                }
                text.append(";proto=").append(inbound.proto());
            }
        }
        return text.toString();
    }

    private static void quoted(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character == '"' || character == '\\') {
                text.append('\\');
            }
            text.append(character);
        }
        text.append('"');
    }

    private static void writeIdentity(Caller.Authenticated caller, HeaderSink out) {
        out.add("X-User-Id", VisibleText.of(caller.subject()));
        writeClaim(caller, "preferred_username", "X-User-Name", out);
        writeClaim(caller, "email", "X-User-Email", out);
        if (!caller.roles().isEmpty()) {
            out.add("X-User-Roles", VisibleText.joined(caller.roles(), ','));
        }
        if (!caller.scopes().isEmpty()) {
            out.add("X-User-Scopes", VisibleText.joined(caller.scopes(), ' '));
        }
        writeClaim(caller, "sid", "X-Session-Id", out);
    }

    private static void writeClaim(Caller.Authenticated caller, String claim, String name, HeaderSink out) {
        if (caller.claims().get(claim) instanceof String value && !value.isEmpty()) {
            out.add(name, VisibleText.of(value));
        }
    }
}
