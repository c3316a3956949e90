package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.gatehouse.gateway.change.Change.Effect;
import dev.gatehouse.gateway.ratelimit.LimitKey;
import dev.gatehouse.gateway.ratelimit.LimitSpec;

/// How much more or less somebody may ask for. Pure.
final class LimitChanges {

    private LimitChanges() {}

    /// What holds before a route is looked for.
    static Change arrivals(Optional<LimitSpec> before, Optional<LimitSpec> now) {
        if (now.isEmpty()) {
            return new Change(Effect.WEAKENS, "file", "", "no longer limits arrivals (" + shown(before.orElseThrow()) + ")");
        }
        boolean stricter = before.isEmpty() || isStricter(now.get(), before.get());
        return new Change(stricter ? Effect.NARROWS : Effect.WEAKENS, "file", "",
                "limits arrivals at " + shown(now.get()) + before.map(limit -> " (was " + shown(limit) + ")").orElse(""));
    }

    /// What holds for a route.
    static List<Difference> of(List<LimitSpec> before, List<LimitSpec> now) {
        List<Difference> changes = new ArrayList<>();
        Map<String, LimitSpec> left = new HashMap<>();
        before.forEach(limit -> left.put(limit.name(), limit));
        for (LimitSpec limit : now) {
            LimitSpec earlier = left.remove(limit.name());
            if (earlier == null) {
                changes.add(new Difference(Effect.NARROWS, "got limit " + limit.name() + " (" + shown(limit) + ")"));
            } else if (!earlier.equals(limit)) {
                changes.add(new Difference(isStricter(limit, earlier) ? Effect.NARROWS : Effect.WEAKENS,
                        "has limit " + limit.name() + " at " + shown(limit) + " (was " + shown(earlier) + ")"));
            }
        }
        left.values().forEach(limit -> changes
                .add(new Difference(Effect.WEAKENS, "lost limit " + limit.name() + " (" + shown(limit) + ")")));
        return changes;
    }

    private static boolean isStricter(LimitSpec limit, LimitSpec earlier) {
        return limit.per().equals(earlier.per()) && limit.requests() <= earlier.requests()
                && limit.every().compareTo(earlier.every()) >= 0
                && (limit.shared() || !earlier.shared())
                && areStricter(limit.rates(), earlier.rates());
    }

    // Where the conditions differ nobody can tell who gets more.
    private static boolean areStricter(List<LimitSpec.Rate> rates, List<LimitSpec.Rate> earlier) {
        if (rates.size() != earlier.size()) {
            return false;
        }
        for (int i = 0; i < rates.size(); i++) {
            if (!rates.get(i).when().equals(earlier.get(i).when())
                    || !isStricter(rates.get(i).limit(), earlier.get(i).limit())) {
                return false;
            }
        }
        return true;
    }

    private static String shown(LimitSpec limit) {
        String per = switch (limit.per()) {
            case LimitKey.User _ -> "user";
            case LimitKey.Address _ -> "ip";
            case LimitKey.Route _ -> "route";
            case LimitKey.Header(String name) -> "header:" + name;
            case LimitKey.Claim(String name) -> "claim:" + name;
        };
        String rates = limit.rates().stream()
                .map(rate -> ", " + rate.limit().requests() + " every " + rate.limit().every().toSeconds() + "s when "
                        + rate.when().describe())
                .collect(Collectors.joining());
        return limit.requests() + " every " + limit.every().toSeconds() + "s per " + per + rates
                + (limit.shared() ? ", shared with other routes" : "");
    }
}
