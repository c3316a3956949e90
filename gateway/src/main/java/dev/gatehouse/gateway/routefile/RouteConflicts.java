package dev.gatehouse.gateway.routefile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.routefile.RouteReader.Draft;
import dev.gatehouse.gateway.routefile.yaml.Problems;
import dev.gatehouse.gateway.routes.Entrance;
import dev.gatehouse.gateway.routes.PathPattern;
import dev.gatehouse.gateway.routes.PathPattern.Segment;
import dev.gatehouse.gateway.routes.RouteMatch;

/// Finds what only several routes together can have wrong: one id twice, two routes for the same requests, routes that no request reaches.
///
/// A route is unreachable when more specific ones take everything it could take. Since single segments and host names have no end of values, that
/// happens only below `**`, when the path that ends there, its trailing slash and everything one segment further are all taken:
/// `/a/**` beside `/a`, `/a/` and `/a/{x}/**`. Paths that the gateway keeps for itself are unreachable too.
final class RouteConflicts {

    /// Answered before any route is looked for, or kept for that.
    private static final List<List<Segment>> OWN = Stream.of("/livez", "/readyz", Entrance.KEY_SET)
            .map(path -> PathPattern.parse(path).segments()).toList();
    /// Stands for all methods that nobody lists; no method has this name.
    private static final String ANY_OTHER = "";
    /// Methods that change something (RFC 9110 §9.2.1, RFC 5789).
    private static final List<String> UNSAFE = List.of("POST", "PUT", "PATCH", "DELETE");

    private final Problems problems;
    private final Map<Place, Map<String, Draft>> takers = new HashMap<>();

    private RouteConflicts(Problems problems) {
        this.problems = problems;
    }

    private record Place(Optional<String> host, List<Segment> shape) {

        /// By hand, for the reason that [PathPattern#equals] has.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Place place && host.equals(place.host) && shape.equals(place.shape);
        }

        @Override
        public int hashCode() {
            return 31 * host.hashCode() + shape.hashCode();
        }

        private Place then(Segment next) {
            List<Segment> longer = new ArrayList<>(shape);
            longer.add(next);
            return new Place(host, longer);
        }
    }

    static void find(List<Draft> drafts, Problems problems, List<String> warnings) {
        RouteConflicts conflicts = new RouteConflicts(problems);
        conflicts.refuseSameIds(drafts);
        for (Draft draft : drafts) {
            if (draft.match().isPresent()) {
                conflicts.take(draft, draft.match().get());
            }
        }
        for (Draft draft : drafts) {
            if (draft.match().isPresent()) {
                conflicts.refuseUnreachable(draft, draft.match().get());
                conflicts.warnOfMethodsLeftOpen(draft, draft.match().get(), warnings);
            }
        }
    }

    private void refuseSameIds(List<Draft> drafts) {
        Map<String, Draft> byId = new HashMap<>();
        for (Draft draft : drafts) {
            Draft earlier = byId.putIfAbsent(draft.id(), draft);
            if (earlier != null) {
                problems.add(draft.idAt(),
                        draft.id() + " (expected: an id of its own; line " + earlier.idAt().line() + " has the same)");
            }
        }
    }

    private void take(Draft draft, RouteMatch match) {
        Map<String, Draft> methods = takers.computeIfAbsent(placeOf(match), _ -> new HashMap<>());
        Set<Draft> rivals = Set.of();
        for (String method : methodsOf(match)) {
            Draft earlier = methods.putIfAbsent(method, draft);
            if (earlier != null) {
                rivals = rivals.isEmpty() ? new LinkedHashSet<>() : rivals;
                rivals.add(earlier);
            }
        }
        rivals.forEach(rival -> problems.add(draft.matchAt(),
                match.path() + " takes the same requests as route " + rival.id() + " on line "
                        + rival.node().at().line() + " (expected: another path, method or host)"));
    }

    private void refuseUnreachable(Draft draft, RouteMatch match) {
        List<Segment> segments = match.path().segments();
        if (isOwn(segments)) {
            problems.add(draft.matchAt(),
                    match.path() + " is unreachable: the gateway keeps this path for itself (expected: another path)");
        } else if (segments.getLast() instanceof Segment.Rest) {
            Place before = new Place(match.host(), match.path().shape().segments().subList(0, segments.size() - 1));
            Set<Draft> others = new LinkedHashSet<>();
            if (methodsOf(match).stream().allMatch(method -> takenFurtherDown(before, method, others))) {
                problems.add(draft.matchAt(), match.path() + " is unreachable: more specific routes take all of its requests ("
                        + String.join(", ", others.stream().map(Draft::id).toList()) + ") (expected: a path with requests left)");
            }
        }
    }

    /// Whoever protects some methods of a path may believe that the path is protected. A route that names its methods is meant to take them.
    private void warnOfMethodsLeftOpen(Draft draft, RouteMatch match, List<String> warnings) {
        if (!match.methods().isEmpty() || !isOpen(draft)) {
            return;
        }
        Map<String, Draft> methods = takers.getOrDefault(placeOf(match), Map.of());
        String left = UNSAFE.stream().filter(method -> !methods.containsKey(method)).collect(Collectors.joining(", "));
        Set<String> guarded = methods.entrySet().stream().filter(taken -> !isOpen(taken.getValue())).map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!left.isEmpty() && !guarded.isEmpty()) {
            warnings.add(
                    "route " + draft.id() + ": takes " + left + " of " + match.path()
                            + ", too, without asking who calls, while a caller is needed for "
                            + String.join(", ", guarded) + " (expected: its methods, if it is not meant to)");
        }
    }

    private static boolean isOpen(Draft draft) {
        return draft.access().map(access -> access instanceof Access.Public || access instanceof Access.Anyone).orElse(true);
    }

    private static Place placeOf(RouteMatch match) {
        return new Place(match.host(), match.path().shape().segments());
    }

    private static boolean isOwn(List<Segment> segments) {
        for (List<Segment> own : OWN) {
            if (own.equals(segments)) {
                return true;
            }
        }
        return false;
    }

    /// Whether every request below the place is taken by a route more specific than `**` at this place. Ends where a place is taken by none.
    private boolean takenFurtherDown(Place place, String method, Set<Draft> by) {
        boolean endTaken = place.shape().isEmpty() || taken(place, method, by);
        Place one = place.then(new Segment.Variable(""));
        return endTaken && taken(place.then(new Segment.Literal("")), method, by)
                && (taken(one.then(new Segment.Rest()), method, by) || takenFurtherDown(one, method, by));
    }

    private boolean taken(Place place, String method, Set<Draft> by) {
        Map<String, Draft> methods = takers.getOrDefault(place, Map.of());
        Draft taker = methods.get(method);
        if (taker == null && method.equals("HEAD")) {
            taker = methods.get("GET");
        }
        if (taker == null) {
            taker = methods.get(ANY_OTHER);
        }
        if (taker != null) {
            by.add(taker);
        }
        return taker != null;
    }

    private static Set<String> methodsOf(RouteMatch match) {
        return match.methods().isEmpty() ? Set.of(ANY_OTHER) : match.methods();
    }
}
