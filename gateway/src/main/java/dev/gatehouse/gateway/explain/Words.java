package dev.gatehouse.gateway.explain;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import dev.gatehouse.gateway.ratelimit.LimitKey;
import dev.gatehouse.gateway.routes.RouteMatch;

/// Says values as `routes.yml` writes them.
public final class Words {

    private Words() {}

    /// `GET,POST api.example.com/orders/**`
    public static String match(RouteMatch match) {
        return (match.methods().isEmpty() ? "" : String.join(",", match.methods()) + " ") + match.host().orElse("")
                + match.path();
    }

    /// `encoded-slash`, `matrix-parameters`: the ways of reading a path that a route puts up with.
    public static List<String> allowances(RouteMatch match) {
        return match.allow().stream().map(allowance -> allowance.name().toLowerCase(Locale.ROOT).replace('_', '-')).sorted()
                .toList();
    }

    /// `500ms`, `10s`, `2m`, `1h`, `1d`: the largest unit that leaves no rest.
    public static String duration(Duration time) {
        long millis = time.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        return seconds % 86_400 == 0 && seconds > 0
                ? seconds / 86_400 + "d"
                : seconds % 3600 == 0 && seconds > 0
                        ? seconds / 3600 + "h"
                        : seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /// `user`, `ip`, `route`, `header:NAME` or `claim:NAME`.
    public static String limitKey(LimitKey key) {
        return switch (key) {
            case LimitKey.User _ -> "user";
            case LimitKey.Address _ -> "ip";
            case LimitKey.Route _ -> "route";
            case LimitKey.Header header -> "header:" + header.name();
            case LimitKey.Claim claim -> "claim:" + claim.name();
        };
    }
}
