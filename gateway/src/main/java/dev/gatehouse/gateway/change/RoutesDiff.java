package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.change.Change.Effect;
import dev.gatehouse.gateway.routes.RouteMatch;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.Routes;

/// Compares two files in meaning. If any request could be refused for its path, method, host or caller by the one and forwarded by the other, some change
/// [widens][Change#widens()]; sometimes one says so though no request can, never the other way round. A request that another route takes now is compared
/// like one whose route has changed. Pure; used for one comparison.
public final class RoutesDiff {

    private final Routes before;
    private final Routes now;
    private final Set<String> issuers;
    /// What each route was before, by its id now.
    private final Map<String, RouteSpec> pairs = new HashMap<>();
    private final List<RouteSpec> gone = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();

    private RoutesDiff(Routes before, Routes now) {
        this.before = before;
        this.now = now;
        this.issuers = before.issuers().stream().map(IssuerSpec::id).collect(Collectors.toCollection(HashSet::new));
        issuers.retainAll(now.issuers().stream().map(IssuerSpec::id).toList());
    }

    /// What of all that [widens][Change#widens()]: the same changes in the same order, without the work that the others take.
    public static List<Change> widenings(Routes before, Routes now) {
        RoutesDiff diff = new RoutesDiff(before, now);
        diff.changes.addAll(IssuerChanges.between(before.issuers(), now.issuers()));
        diff.pair();
        for (RouteSpec route : now.routes()) {
            RouteSpec earlier = diff.pairs.get(route.id());
            if (earlier != null) {
                diff.changes.addAll(RouteChanges.inAccess(earlier, route, diff.issuers));
            }
        }
        diff.compareReach(false);
        return diff.changes.stream().filter(Change::widens).toList();
    }

    /// What the second file changes of the first, the gravest first; empty if they mean the same.
    public static List<Change> between(Routes before, Routes now) {
        RoutesDiff diff = new RoutesDiff(before, now);
        diff.changes.addAll(IssuerChanges.between(before.issuers(), now.issuers()));
        if (!before.arrivals().equals(now.arrivals())) {
            diff.changes.add(LimitChanges.arrivals(before.arrivals(), now.arrivals()));
        }
        diff.pair();
        for (RouteSpec route : now.routes()) {
            Optional.ofNullable(diff.pairs.get(route.id()))
                    .ifPresent(earlier -> diff.changes.addAll(RouteChanges.between(earlier, route, diff.issuers)));
        }
        diff.compareReach(true);
        return diff.changes.stream().sorted(Comparator.comparing(Change::effect)).toList();
    }

    /// Routes of one id belong together, and of the rest those that take exactly the same requests: a route that got another name.
    private void pair() {
        Map<String, RouteSpec> left = new LinkedHashMap<>();
        for (RouteSpec route : before.routes()) {
            left.put(route.id(), route);
        }
        for (RouteSpec route : now.routes()) {
            RouteSpec same = left.remove(route.id());
            if (same != null) {
                pairs.put(route.id(), same);
            }
        }
        Map<RouteMatch, RouteSpec> byMatch = new LinkedHashMap<>();
        left.values().forEach(route -> byMatch.put(route.match(), route));
        for (RouteSpec route : now.routes()) {
            if (!pairs.containsKey(route.id())) {
                Optional.ofNullable(byMatch.remove(route.match())).ifPresent(same -> pairs.put(route.id(), same));
            }
        }
        gone.addAll(byMatch.values());
    }

    /// @param everything whether also to look for what widens nothing: what is guarded less, and who takes the requests of routes that are gone
    private void compareReach(boolean everything) {
        Reach reach = new Reach(before, now, pairs);
        Takeover takeover = new Takeover(reach, pairs, issuers);
        for (RouteSpec route : now.routes()) {
            changes.addAll(takeover.widening(route));
        }
        boolean incomplete = reach.isIncomplete();
        if (incomplete) {
            changes.add(
                    new Change(Effect.WIDENS, "file", "", "too many routes overlap to be compared, so access is taken as wider"));
        }
        if (everything) {
            now.routes().forEach(route -> changes.addAll(takeover.weakening(route)));
            gone.forEach(route -> farewell(route, reach));
            if (reach.isIncomplete() && !incomplete) {
                changes.add(
                        new Change(Effect.WEAKENS, "file", "", "too many routes overlap to be compared in all that they guard"));
            }
        }
    }

    private void farewell(RouteSpec route, Reach reach) {
        String successor = reach.successor(route);
        changes.add(successor.isEmpty()
                ? Change.route(Effect.NARROWS, route.id(), "is gone; nothing takes its requests")
                : Change.route(Effect.CHANGES, route.id(), "is gone; route " + successor + " takes its requests"));
    }
}
