package dev.gatehouse.gateway.browser;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// How a route deals with browsers. Immutable; its decisions are pure.
///
/// @param cors which pages of other origins may call; empty: none, and the backend may say otherwise in its own answers
/// @param security fields that guard answers
public record BrowserPolicy(Optional<Cors> cors, SecurityProfile security) {

    /// No page of another origin, nothing added.
    public static final BrowserPolicy NONE = new BrowserPolicy(Optional.empty(), SecurityProfile.NONE);

    /// Refuses absent parts.
    public BrowserPolicy {
        Objects.requireNonNull(cors, "cors");
        Objects.requireNonNull(security, "security");
    }

    /// Fields of an answer to a page; empty where its origin is not listed, or where it is none.
    ///
    /// @param origin `Origin`; empty when there is none
    public List<HeaderField> answer(String origin) {
        return cors.isPresent() && cors.get().allows(origin) ? cors.get().answer(origin) : List.of();
    }

    /// Whether a WebSocket handshake may go on. Browsers let every page open one and send cookies along (RFC 6455 §10.2), so the page's origin must be
    /// the request's own or a listed one; programs that are no browsers send none.
    ///
    /// @param origin `Origin`; empty when there is none
    /// @param own the origin of the request's own address
    public boolean takesHandshake(String origin, String own) {
        return origin.isEmpty() || origin.equals(own) || (cors.isPresent() && cors.get().allows(origin));
    }

    /// Whether a request whose caller is known by a cookie alone may have been made by a page of another origin: a method that changes something needs
    /// an `Origin` that is the request's own or a listed one with credentials, or, where there is none, `Sec-Fetch-Site: same-origin`.
    ///
    /// @param origin `Origin`; empty when there is none
    /// @param fetchSite `Sec-Fetch-Site`; empty when there is none
    /// @param own the origin of the request's own address
    public boolean mayBeForged(String method, String origin, String fetchSite, String own) {
        if (method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS")) {
            return false;
        }
        if (origin.isEmpty()) {
            return !fetchSite.equals("same-origin");
        }
        return !origin.equals(own) && !(cors.isPresent() && cors.get().credentials() && cors.get().allows(origin));
    }

    /// The same where a certificate alone tells the caller: a browser shows that by itself, too. Programs, which say nothing of pages, pass.
    public boolean mayBeForgedByCertificate(String method, String origin, String fetchSite, String own) {
        return !(origin.isEmpty() && fetchSite.isEmpty()) && mayBeForged(method, origin, fetchSite, own);
    }
}
