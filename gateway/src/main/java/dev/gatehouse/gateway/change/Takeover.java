package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.change.Change.Effect;
import dev.gatehouse.gateway.routes.RouteSpec;

/// Finds what a route takes over from others and treats more laxly, and what it takes that nothing took. What is laxer [RouteChanges] says. Used for one
/// comparison.
final class Takeover {

    // Of each route in any case; of all together what a report can hold.
    private static final int LEAST_EXAMPLES = 3;
    private static final int MOST_EXAMPLES = 10_000;

    private final Reach reach;
    private final Map<String, RouteSpec> pairs;
    private final Set<String> issuers;
    private final Map<Effect, Integer> told = new EnumMap<>(Effect.class);

    /// Between the routes that the reach knows.
    ///
    /// @param pairs what each route was before, by its id now
    /// @param issuers those that are neither new nor gone
    Takeover(Reach reach, Map<String, RouteSpec> pairs, Set<String> issuers) {
        this.reach = reach;
        this.pairs = pairs;
        this.issuers = issuers;
    }

    /// What the route lets in that was kept out.
    List<Change> widening(RouteSpec route) {
        if (!reach.mayHaveGained(route)) {
            return List.of();
        }
        RouteSpec same = pairs.get(route.id());
        List<String> found = new ArrayList<>();
        reach.isNew(route).ifPresent(sample -> found.add("takes " + sample + ", which no route took"));
        laxer(route, Effect.WIDENS, found);
        readings(route, same, found);
        List<Change> changes = examples(route, Effect.WIDENS, found);
        if (same == null && found.isEmpty()) {
            changes.add(Change.route(Effect.CHANGES, route.id(), "is new: " + route.access().describe()));
        }
        return changes;
    }

    /// What the route guards less than others did.
    List<Change> weakening(RouteSpec route) {
        List<String> found = new ArrayList<>();
        if (reach.mayHaveGained(route)) {
            laxer(route, Effect.WEAKENS, found);
        }
        return examples(route, Effect.WEAKENS, found);
    }

    private void laxer(RouteSpec route, Effect effect, List<String> found) {
        RouteSpec same = pairs.get(route.id());
        reach.rivals(route, rival -> {
            if (!rival.equals(same) && RouteChanges.mayBeLaxer(rival, route, issuers, effect)) {
                reach.moved(rival, route).ifPresent(sample -> {
                    List<String> ways = RouteChanges.laxer(rival, route, issuers, effect);
                    if (!ways.isEmpty()) {
                        found.add("takes " + sample + " from route " + rival.id() + " and " + String.join(", ", ways));
                    }
                });
            }
        });
    }

    /// A path with two readings was refused while they led to two routes; it passes where one route has both now and allows them.
    private void readings(RouteSpec route, @Nullable RouteSpec same, List<String> found) {
        if (route.match().allow().isEmpty()) {
            return;
        }
        List<String> from = new ArrayList<>(same == null ? List.of() : List.of(same.id()));
        reach.rivals(route, rival -> {
            if (!rival.equals(same)) {
                reach.moved(rival, route).ifPresent(sample -> {
                    if (!from.isEmpty()) {
                        found.add(
                                "takes " + sample + " from route " + rival.id() + ", and paths that led both there and to route "
                                        + from.getFirst());
                    }
                    from.add(rival.id());
                });
            }
        });
    }

    private List<Change> examples(RouteSpec route, Effect effect, List<String> found) {
        int before = told.getOrDefault(effect, 0);
        int examples = Math.min(found.size(), Math.max(LEAST_EXAMPLES, MOST_EXAMPLES - before));
        told.put(effect, before + examples);
        String newcomer = pairs.containsKey(route.id()) ? "now " : "is new, ";
        List<Change> changes = new ArrayList<>();
        found.subList(0, examples).forEach(text -> changes.add(Change.route(effect, route.id(), newcomer + text)));
        if (found.size() > examples) {
            changes.add(Change.route(effect, route.id(), "does so in " + (found.size() - examples) + " more ways"));
        }
        return changes;
    }
}
