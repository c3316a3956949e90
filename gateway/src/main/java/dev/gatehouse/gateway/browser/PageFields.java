package dev.gatehouse.gateway.browser;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// What a request's header section says of the page that made a browser send it. Reads by a function that answers with the values of a field. No state.
public final class PageFields {

    private PageFields() {}

    /// `Origin` (RFC 6454 §7); empty when there is none. Two fields are nobody's origin.
    public static String origin(Function<String, List<String>> fields) {
        List<String> origins = fields.apply("Origin");
        return origins.isEmpty() ? "" : origins.size() == 1 ? origins.getFirst() : "null";
    }

    /// `Sec-Fetch-Site`; empty when there is none. Two fields say nothing.
    public static String fetchSite(Function<String, List<String>> fields) {
        List<String> sites = fields.apply("Sec-Fetch-Site");
        return sites.size() == 1 ? sites.getFirst() : "";
    }

    /// The method that a browser asks leave for on behalf of a page (Fetch standard, CORS-preflight request); empty when the request is no such question.
    public static String preflightFor(String method, Function<String, List<String>> fields) {
        if (!method.equals("OPTIONS") || origin(fields).isEmpty()) {
            return "";
        }
        List<String> asked = fields.apply("Access-Control-Request-Method");
        return asked.isEmpty() ? "" : asked.getFirst();
    }

    /// The method by which a request counts when somebody may have forged it: a WebSocket handshake is a GET that changes something, which browsers let every
    /// page make, with cookies (RFC 6455 §10.2).
    public static String effect(String method, Function<String, List<String>> fields) {
        return isHandshake(fields) ? "POST" : method;
    }

    /// Whether a WebSocket is asked for (RFC 6455 §4.1).
    public static boolean isHandshake(Function<String, List<String>> fields) {
        List<String> upgrades = fields.apply("Upgrade");
        for (int i = 0; i < upgrades.size(); i++) {
            if (upgrades.get(i).toLowerCase(Locale.ROOT).contains("websocket")) {
                return true;
            }
        }
        return false;
    }
}
