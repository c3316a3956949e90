package dev.gatehouse.gateway.routefile;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import dev.gatehouse.gateway.compression.Compression;
import dev.gatehouse.gateway.path.Allowance;
import dev.gatehouse.gateway.path.PathPolicy;
import dev.gatehouse.gateway.path.PathVerdict;
import dev.gatehouse.gateway.ratelimit.LimitKey;
import dev.gatehouse.gateway.resilience.Retries;
import dev.gatehouse.gateway.upstream.Balance;
import dev.gatehouse.gateway.upstream.Link;

/// Texts of `routes.yml` that have a form of their own. Each method throws an [IllegalArgumentException] whose message says what was expected.
final class Texts {

    static final String UPSTREAM = "http://host or https://host, a port and a path if need be";
    static final String BALANCES = "least-busy, round-robin, hash:user or hash:header:NAME";
    static final String LIMIT_KEYS = "user, ip, route, header:NAME or claim:NAME";

    private static final Pattern PROBE_PATH = Pattern.compile("/[\\x21\\x24-\\x7E&&[^<>\"\\\\^`{|}]]{0,1023}");
    private static final String HASH_HEADER = "hash:header:";
    private static final Pattern NON_EMPTY = Pattern.compile(" *+[^\\p{Cntrl} ][^\\p{Cntrl}]*+");
    private static final Pattern ID = Pattern.compile(RouteReader.ID);
    private static final Pattern LIMIT_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern ROLE = Pattern.compile("[^\\p{Cntrl}\\s,]+");
    /// RFC 6749 §3.3.
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");
    private static final Pattern METHOD = Pattern.compile("[A-Z0-9!#$%&'*+.^_`|~-]{1,64}");
    /// RFC 9110 §5.6.2.
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}");
    private static final String LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?" + LABEL + "(\\." + LABEL + ")*|\\[[0-9A-Fa-f:.]+]");

    private static final Pattern SERVICE = Pattern.compile("lb://[A-Za-z]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?");

    private Texts() {}

    static String nonEmpty(String text) {
        return matching(text, NON_EMPTY, "text that is not empty");
    }

    static String id(String text) {
        return matching(text, ID, "up to 64 letters, digits, '.', '_' or '-', a letter or digit first");
    }

    static String limitName(String text) {
        return matching(text, LIMIT_NAME, "1 to 64 letters, digits, '-' or '_'");
    }

    /// Roles travel to backends in one field, separated by commas.
    static String role(String text) {
        return matching(text, ROLE, "a role without spaces and commas");
    }

    static String scope(String text) {
        return matching(text, SCOPE, "a scope of visible ASCII without quotes and backslashes");
    }

    /// Travels in a quoted list, separated by spaces (RFC 9470 §3).
    static String acr(String text) {
        return matching(text, SCOPE, "a value of visible ASCII without spaces, quotes and backslashes");
    }

    static String fieldName(String text) {
        if (text.equals("*")) {
            throw new IllegalArgumentException("the name of a field; no *");
        }
        return matching(text, TOKEN, "the name of a field; no *");
    }

    static Allowance allowance(String text) {
        return switch (text) {
            case "encoded-slash" -> Allowance.ENCODED_SLASH;
            case "matrix-parameters" -> Allowance.MATRIX_PARAMETERS;
            default -> throw new IllegalArgumentException("encoded-slash or matrix-parameters");
        };
    }

    static String method(String text) {
        matching(text, METHOD, "a method in capitals, such as GET");
        if (Set.of("CONNECT", "TRACE").contains(text)) {
            throw new IllegalArgumentException("any method but CONNECT and TRACE, which the gateway never forwards");
        }
        return text;
    }

    static String host(String text) {
        if (text.length() > 253 || !HOST.matcher(text).matches()) {
            throw new IllegalArgumentException("a host name without port, such as api.example.com or *.example.com");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /// RFC 6265 §4.1.1.
    static String cookie(String text) {
        return matching(text, TOKEN, "the name of a cookie");
    }

    static LimitKey limitKey(String text) {
        int colon = text.indexOf(':');
        String name = text.substring(colon + 1);
        return switch (colon < 0 ? text : text.substring(0, colon + 1)) {
            case "user" -> new LimitKey.User();
            case "ip" -> new LimitKey.Address();
            case "route" -> new LimitKey.Route();
            case "header:" -> new LimitKey.Header(matching(name, TOKEN, "header: and the name of a field"));
            case "claim:" -> new LimitKey.Claim(nonEmpty(name));
            default -> throw new IllegalArgumentException(LIMIT_KEYS);
        };
    }

    static String probePath(String text) {
        return matching(text, PROBE_PATH, "a path such as /healthz, with a query if need be");
    }

    static Retries retries(String text) {
        return switch (text) {
            case "never" -> Retries.NEVER;
            case "safe" -> Retries.SAFE;
            case "idempotent" -> Retries.IDEMPOTENT;
            default -> throw new IllegalArgumentException("never, safe or idempotent");
        };
    }

    static Compression compression(String text) {
        return switch (text) {
            case "none" -> Compression.NONE;
            case "anonymous" -> Compression.ANONYMOUS;
            case "always" -> Compression.ALWAYS;
            default -> throw new IllegalArgumentException("none, anonymous or always");
        };
    }

    static Balance balance(String text) {
        return switch (text) {
            case "least-busy" -> new Balance.LeastBusy();
            case "round-robin" -> new Balance.RoundRobin();
            case "hash:user" -> new Balance.ByUser();
            case String header when header.startsWith(HASH_HEADER) -> new Balance.ByHeader(
                    matching(header.substring(HASH_HEADER.length()), TOKEN, BALANCES));
            default -> throw new IllegalArgumentException(BALANCES);
        };
    }

    static Link.Protocol protocol(String text) {
        return switch (text) {
            case "http1" -> Link.Protocol.HTTP1;
            case "h2" -> Link.Protocol.H2;
            case "h2c" -> Link.Protocol.H2C;
            default -> throw new IllegalArgumentException("http1, h2 or h2c");
        };
    }

    static URI upstream(String text) {
        try {
            URI uri = new URI(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean portFits = uri.getPort() == -1 || (uri.getPort() >= 1 && uri.getPort() <= 65_535);
            boolean bare = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
            boolean clean = uri.getRawPath() == null || uri.getRawPath().isEmpty()
                    || PathPolicy.check(uri.getRawPath()) instanceof PathVerdict.Clean;
            if (web && uri.getHost() != null && portFits && bare && clean) {
                return uri;
            }
            if (web && uri.getRawAuthority() != null && uri.getRawAuthority().contains("_")) {
                throw new IllegalArgumentException(UPSTREAM + "; names of hosts have no underscore");
            }
        } catch (URISyntaxException _) {
            // told below
        }
        throw new IllegalArgumentException(UPSTREAM);
    }

    static URI service(String text) {
        return URI.create(matching(text, SERVICE, "lb:// and the name of a service, as discovery knows it"));
    }

    private static String matching(String text, Pattern form, String expected) {
        if (!form.matcher(text).matches()) {
            throw new IllegalArgumentException(expected);
        }
        return text;
    }
}
