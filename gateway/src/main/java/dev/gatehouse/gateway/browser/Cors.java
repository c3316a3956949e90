package dev.gatehouse.gateway.browser;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Which pages may call a route, and what of its answers they may read (Fetch standard, CORS protocol). Origins are compared as whole texts; none is
/// ever reflected that is not listed. Immutable.
///
/// @param origins in the form of [Origins]
/// @param methods what they may ask for
/// @param headers fields that they may send
/// @param expose fields of answers that they may read, besides those that the gateway's own refusals need
/// @param credentials whether cookies may come along
/// @param maxAge how long a browser may remember the permission
public record Cors(Set<String> origins, Set<String> methods, Set<String> headers, List<String> expose, boolean credentials,
        Duration maxAge) {

    /// Methods that may be used where the file names none.
    public static final Set<String> DEFAULT_METHODS = Set.of("GET", "HEAD", "POST");
    /// Fields that may be sent where the file names none.
    public static final Set<String> DEFAULT_HEADERS = Set.of("Authorization", "Content-Type");
    private static final HeaderField CREDENTIALS = new HeaderField("Access-Control-Allow-Credentials", "true");
    // Without these a page could not tell why it was refused, nor when to come back.
    private static final String ALWAYS_EXPOSED = "WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id";

    /// Copies, in a fixed order.
    public Cors {
        origins = Set.copyOf(origins);
        methods = Collections.unmodifiableSet(new TreeSet<>(methods));
        headers = Collections.unmodifiableSet(new TreeSet<>(headers));
        expose = List.copyOf(expose);
        if (origins.isEmpty() || origins.contains("*") || origins.contains("null")) {
            throw new IllegalArgumentException("origins: " + origins + " (expected: exact origins)");
        }
    }

    /// Whether pages of that origin may call.
    public boolean allows(String origin) {
        return origins.contains(origin);
    }

    /// What an answer tells a page of a listed origin.
    public List<HeaderField> answer(String origin) {
        HeaderField allowed = new HeaderField("Access-Control-Allow-Origin", origin);
        HeaderField exposed = new HeaderField("Access-Control-Expose-Headers",
                expose.isEmpty() ? ALWAYS_EXPOSED : String.join(", ", expose) + ", " + ALWAYS_EXPOSED);
        return credentials ? List.of(allowed, exposed, CREDENTIALS) : List.of(allowed, exposed);
    }

    /// What a preflight request is told, if a page of a listed origin asks.
    public List<HeaderField> permission(String origin) {
        HeaderField allowed = new HeaderField("Access-Control-Allow-Origin", origin);
        HeaderField allowedMethods = new HeaderField("Access-Control-Allow-Methods", String.join(", ", methods));
        HeaderField allowedHeaders = new HeaderField("Access-Control-Allow-Headers", String.join(", ", headers));
        HeaderField age = new HeaderField("Access-Control-Max-Age", Long.toString(maxAge.toSeconds()));
        return credentials
                ? List.of(allowed, allowedMethods, allowedHeaders, age, CREDENTIALS)
                : List.of(allowed, allowedMethods, allowedHeaders, age);
    }
}
