package dev.gatehouse.gateway.path;

import java.util.Locale;

import dev.gatehouse.gateway.path.PathVerdict.Ambiguous;
import dev.gatehouse.gateway.path.PathVerdict.Clean;
import dev.gatehouse.gateway.path.PathVerdict.Malformed;

/// Refuses every request target that two parsers could read differently, before anything is matched: what the gateway decided about one path
/// must never be served by a backend as another. Nothing is repaired, since a repaired path is a third reading.
///
/// Paths are compared byte by byte and with regard to case. The one freedom that remains is a character which may stand plainly in a path but came
/// percent-encoded (`%40` for `@`, and `%c3` for `%C3`): browsers and client libraries differ there, so [Clean#path()] has one form for both.
///
/// Thread-safe; one pass over the characters and no allocation but the verdict for targets without a percent sign.
public final class PathPolicy {

    /// Longest target that is looked at, in characters; RFC 9110 §4.1 asks for at least 8000.
    public static final int MAX_LENGTH = 8192;

    private PathPolicy() {}

    /// Judges a target in origin form (RFC 9112 §3.2.1), as it stood in the request line; every other form is malformed.
    public static PathVerdict check(String rawTarget) {
        return check(rawTarget, "");
    }

    /// Judges a target and the `Host` beside it; the absolute form (RFC 9112 §3.2.2) passes too when its authority is the one of the `Host` field.
    ///
    /// @param host value of the request's `Host` field; empty: no absolute form passes
    public static PathVerdict check(String rawTarget, String host) {
        if (!host.isEmpty() && !Authority.isSound(host)) {
            return new Malformed("Host is no name or address with perhaps a port");
        }
        if (rawTarget.isEmpty() || rawTarget.length() > MAX_LENGTH) {
            return new Malformed(rawTarget.isEmpty() ? "empty target" : "target longer than " + MAX_LENGTH + " characters");
        }
        if (rawTarget.charAt(0) == '/') {
            return originForm(rawTarget);
        }
        return absoluteForm(rawTarget, host);
    }

    private static PathVerdict absoluteForm(String target, String host) {
        int authority = target.indexOf("://") + 3;
        String scheme = target.substring(0, Math.max(0, authority - 3)).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return new Malformed("target is neither a path nor an http(s) address");
        }
        int path = target.indexOf('/', authority);
        String named = target.substring(authority, path < 0 ? target.length() : path);
        if (named.isEmpty() || !named.equalsIgnoreCase(host)) {
            return new Malformed("target names another authority than Host");
        }
        return originForm(path < 0 ? "/" : target.substring(path));
    }

    private static PathVerdict originForm(String target) {
        boolean encoded = false;
        int i = 0;
        for (; i < target.length(); i++) {
            switch (Characters.kind(target.charAt(i))) {
                case Characters.PLAIN -> {
                }
                case Characters.SLASH -> {
                    if (Characters.emptyOrDotSegment(target, i + 1)) {
                        return new Ambiguous("empty or dot segment");
                    }
                }
                case Characters.PERCENT -> {
                    String why = PercentEncoding.refusal(target, i);
                    if (!why.isEmpty()) {
                        return PercentEncoding.MALFORMED.equals(why) ? new Malformed(why) : new Ambiguous(why);
                    }
                    encoded = true;
                    i = PercentEncoding.end(target, i) - 1;
                }
                case Characters.QUESTION -> {
                    return query(target, i, encoded);
                }
                case Characters.AMBIGUOUS -> {
                    return new Ambiguous("backslash or semicolon");
                }
                default -> {
                    return new Malformed("character that a path cannot hold");
                }
            }
        }
        return clean(target, encoded, "", true);
    }

    private static PathVerdict query(String target, int question, boolean encoded) {
        boolean strict = true;
        for (int i = question + 1; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '%' && !PercentEncoding.isTriplet(target, i)) {
                return new Malformed(PercentEncoding.MALFORMED);
            }
            if (!Characters.strictInQuery(c)) {
                if (!Characters.lenientInQuery(c)) {
                    return new Malformed("character that a query cannot hold");
                }
                strict = false;
            }
        }
        return clean(target.substring(0, question), encoded, target.substring(question), strict);
    }

    private static PathVerdict clean(String rawPath, boolean encoded, String query, boolean strictQuery) {
        return new Clean(encoded ? PercentEncoding.normal(rawPath) : rawPath, rawPath, query, strictQuery);
    }
}
