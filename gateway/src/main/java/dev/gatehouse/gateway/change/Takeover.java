package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.gatehouse.gateway.change.Callers.Answer;
import dev.gatehouse.gateway.change.Change.Effect;
import dev.gatehouse.gateway.routes.RouteSpec;

/// Finds what a route takes over from others and treats more laxly, and what it takes that nothing took. Used for one comparison.
final class Takeover {

    // Of each route in any case; of all together what a report can hold.
    private static final int LEAST_EXAMPLES = 3;
    private static final int MOST_EXAMPLES = 10_000;

    private final Reach reach;
    private final Map<String, RouteSpec> pairs;
    private final Set<String> issuers;
    private int told;

    /// Between the routes that the reach knows.
    ///
    /// @param pairs what each route was before, by its id now
    /// @param issuers those that are neither new nor gone
    Takeover(Reach reach, Map<String, RouteSpec> pairs, Set<String> issuers) {
        this.reach = reach;
        this.pairs = pairs;
        this.issuers = issuers;
    }

    List<Change> by(RouteSpec route) {
        if (!reach.mayHaveGained(route)) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        reach.isNew(route).ifPresent(sample -> found.add("takes " + sample + ", which no route took"));
        RouteSpec same = pairs.get(route.id());
        reach.rivals(route, rival -> {
            if (!rival.equals(same) && !isAlike(rival, route)) {
                reach.moved(rival, route).ifPresent(sample -> {
                    List<String> laxer = laxer(rival, route);
                    if (!laxer.isEmpty()) {
                        found.add("takes " + sample + " from route " + rival.id() + " and " + String.join(", ", laxer));
                    }
                });
            }
        });
        List<Change> changes = new ArrayList<>();
        String newcomer = same == null ? "is new, " : "now ";
        int examples = Math.min(found.size(), Math.max(LEAST_EXAMPLES, MOST_EXAMPLES - told));
        told += examples;
        found.subList(0, examples).forEach(text -> changes.add(Change.route(Effect.WIDENS, route.id(), newcomer + text)));
        if (found.size() > examples) {
            changes.add(Change.route(Effect.WIDENS, route.id(), "does so in " + (found.size() - examples) + " more ways"));
        }
        if (same == null && found.isEmpty()) {
            changes.add(Change.route(Effect.CHANGES, route.id(), "is new: " + route.access().describe()));
        }
        return changes;
    }

    private static boolean isAlike(RouteSpec before, RouteSpec now) {
        return before.access().equals(now.access()) && before.issuers().ids().equals(now.issuers().ids())
                && before.forwardToken() == now.forwardToken();
    }

    /// In which ways a route is laxer than another with the same request.
    private List<String> laxer(RouteSpec before, RouteSpec now) {
        List<String> ways = new ArrayList<>();
        Answer wider = AccessOrder.letsInMore(now.access(), before.access());
        if (wider != Answer.NO) {
            ways.add("is " + now.access().describe() + " (was " + before.access().describe() + ")"
                    + (wider == Answer.PERHAPS ? "; too intricate to be compared, so taken as wider" : ""));
        }
        Set<String> more = moreIssuers(before, now);
        if (!more.isEmpty()) {
            ways.add("believes tokens of " + String.join(", ", more));
        }
        if (now.forwardToken() && !before.forwardToken()) {
            ways.add("gives tokens to its upstream");
        }
        return ways;
    }

    private Set<String> moreIssuers(RouteSpec before, RouteSpec now) {
        Set<String> more = new TreeSet<>();
        if (before.access().readsTokens() && now.access().readsTokens()) {
            more.addAll(now.issuers().ids());
            more.removeAll(before.issuers().ids());
            more.retainAll(issuers);
        }
        return more;
    }
}
