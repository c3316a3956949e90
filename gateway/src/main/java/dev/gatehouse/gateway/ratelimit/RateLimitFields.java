package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.List;

import dev.gatehouse.gateway.ratelimit.Admission.Standing;

/// Writes limits as response fields (draft-ietf-httpapi-ratelimit-headers-10): `RateLimit-Policy`, `RateLimit`, and `Retry-After` (RFC 9110
/// §10.2.3). Values are structured fields (RFC 9651); a policy's name needs no escaping, [LimitSpec] admits nothing that would.
public final class RateLimitFields {

    /// The field that tells a route's limits.
    public static final String POLICY = "RateLimit-Policy";
    /// The field that tells what is left of them.
    public static final String STANDING = "RateLimit";

    /// The field, with the value `local`, of answers whose limits this instance counted alone because Redis is away.
    public static final String MODE = "X-Gatehouse-Limits";

    private RateLimitFields() {}

    /// `"burst";q=20;w=1, "day";q=10000;w=86400`: the same for every answer of a route, so make it once. Empty without limits, then there is no
    /// field to write.
    public static String policy(List<LimitSpec> limits) {
        StringBuilder field = new StringBuilder();
        for (LimitSpec limit : limits) {
            item(field, limit).append(";q=").append(limit.requests()).append(";w=").append(limit.every().toSeconds());
        }
        return field.toString();
    }

    /// `"burst";r=3;t=1, "day";r=41;t=3600`: requests left, and whole seconds, rounded up, until all of them are there again.
    public static String standing(List<Standing> standings) {
        StringBuilder field = new StringBuilder(32 * standings.size());
        for (int i = 0; i < standings.size(); i++) {
            Standing standing = standings.get(i);
            item(field, standing.limit()).append(";r=").append(standing.remaining()).append(";t=")
                    .append(seconds(standing.reset()));
        }
        return field.toString();
    }

    /// Whole seconds, rounded up, at least 1: who comes back then is not too early.
    public static String retryAfter(Duration wait) {
        return Long.toString(Math.max(1, seconds(wait)));
    }

    private static StringBuilder item(StringBuilder field, LimitSpec limit) {
        return (field.isEmpty() ? field : field.append(", ")).append('"').append(limit.name()).append('"');
    }

    private static long seconds(Duration time) {
        return time.getSeconds() + (time.getNano() > 0 ? 1 : 0);
    }
}
