package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.routes.RouteMatch;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.RouteTable;
import dev.gatehouse.gateway.routes.Routes;

/// Which route takes requests now that another route, or none, took before. Used for one comparison.
final class Reach {

    // About a second of work. Beyond it nothing is looked at any more and access counts as wider.
    private static final int MAX_SAMPLES = 4_000_000;

    private final Routes before;
    private final Routes now;
    /// The ids of those whose match is what it was, by their id now: nearly all of a file.
    private final Set<String> stayed = new HashSet<>();
    /// The others of before.
    private final Map<RouteMatch, RouteSpec> byMatch = new HashMap<>();
    private final Map<String, PatternIndex<RouteSpec>> gone = new HashMap<>();
    private @Nullable Map<String, PatternIndex<RouteSpec>> all;
    private final Map<Move, Optional<Sample>> moves = new HashMap<>();
    private @Nullable Requests requests;
    private int looks;

    /// Between two files.
    ///
    /// @param pairs what each route was before, by its id now
    Reach(Routes before, Routes now, Map<String, RouteSpec> pairs) {
        this.before = before;
        this.now = now;
        Set<String> kept = new HashSet<>();
        Set<RouteMatch> still = new HashSet<>();
        for (RouteSpec route : now.routes()) {
            RouteSpec same = pairs.get(route.id());
            if (same != null && same.match().equals(route.match())) {
                stayed.add(route.id());
                kept.add(same.id());
            } else {
                still.add(route.match());
            }
        }
        if (kept.size() == before.routes().size()) {
            return;
        }
        for (RouteSpec route : before.routes()) {
            if (!kept.contains(route.id())) {
                byMatch.put(route.match(), route);
                if (!still.contains(route.match())) {
                    add(gone, route);
                }
            }
        }
    }

    /// From a route of before to one of now, by their ids.
    private record Move(String from, String to) {}

    /// Made when the first request is asked about: most changes of a file leave its matches as they are.
    private record Requests(Samples samples, RouteTable before, RouteTable now) {

        static Requests of(Routes before, Routes now) {
            List<RouteSpec> both = new ArrayList<>(before.routes());
            both.addAll(now.routes());
            return new Requests(Samples.of(both), before.table(), now.table());
        }
    }

    private Requests requests() {
        Requests made = requests == null ? Requests.of(before, now) : requests;
        requests = made;
        return made;
    }

    /// Made when a match comes up that is new.
    private Map<String, PatternIndex<RouteSpec>> all() {
        Map<String, PatternIndex<RouteSpec>> made = all;
        if (made == null) {
            made = new HashMap<>();
            for (RouteSpec route : before.routes()) {
                add(made, route);
            }
            all = made;
        }
        return made;
    }

    private static void add(Map<String, PatternIndex<RouteSpec>> byHost, RouteSpec route) {
        byHost.computeIfAbsent(route.match().host().orElse(""), _ -> new PatternIndex<>()).add(route.match().path(), route);
    }

    /// Whether this route can have taken requests over, or take some that none took: not if it takes what it took, and nothing that was taken is free.
    boolean mayHaveGained(RouteSpec route) {
        return !gone.isEmpty() || !stayed.contains(route.id());
    }

    /// Whether the work became too much; from then on nothing more is found.
    boolean isIncomplete() {
        return looks > MAX_SAMPLES;
    }

    /// Tells of the routes of before that could have lost a request to this one, perhaps but for what it was itself. Which of two matches is more specific
    /// depends on nothing else, so where this match was there before, it gained only from whoever had it then and from matches that are gone.
    void rivals(RouteSpec route, Consumer<RouteSpec> found) {
        if (stayed.contains(route.id())) {
            rivals(gone, route.match(), found);
            return;
        }
        RouteSpec holder = byMatch.get(route.match());
        if (holder == null) {
            rivals(all(), route.match(), found);
        } else {
            found.accept(holder);
            rivals(gone, route.match(), found);
        }
    }

    private void rivals(Map<String, PatternIndex<RouteSpec>> byHost, RouteMatch match, Consumer<RouteSpec> found) {
        Consumer<RouteSpec> rival = route -> {
            if (++looks <= MAX_SAMPLES) {
                found.accept(route);
            }
        };
        String host = match.host().orElse("");
        if (host.isEmpty() || host.startsWith("*.")) {
            byHost.forEach((other, index) -> {
                if (++looks <= MAX_SAMPLES && (Hosts.takes(host, other) || Hosts.takes(other, host))) {
                    index.meeting(match.path(), rival);
                }
            });
            return;
        }
        meeting(byHost.get(""), match, rival);
        meeting(byHost.get(host), match, rival);
        for (int dot = host.indexOf('.', 1); dot > 0; dot = host.indexOf('.', dot + 1)) {
            meeting(byHost.get("*" + host.substring(dot)), match, rival);
        }
    }

    private static void meeting(@Nullable PatternIndex<RouteSpec> index, RouteMatch match, Consumer<RouteSpec> rival) {
        if (index != null) {
            index.meeting(match.path(), rival);
        }
    }

    /// A request that one route takes now and the other took before. Looked for once: each time would cost as many looks.
    Optional<Sample> moved(RouteSpec from, RouteSpec to) {
        return moves.computeIfAbsent(new Move(from.id(), to.id()), _ -> find(from, to));
    }

    private Optional<Sample> find(RouteSpec from, RouteSpec to) {
        return requests().samples().first(from.match(), to.match(),
                sample -> takes(requests().now(), to, sample) && takes(requests().before(), from, sample));
    }

    /// A request that this route takes now and none took before.
    Optional<Sample> isNew(RouteSpec to) {
        return stayed.contains(to.id()) || byMatch.containsKey(to.match())
                ? Optional.empty()
                : requests().samples().first(to.match(), to.match(),
                        sample -> takes(requests().now(), to, sample) && taker(requests().before(), sample).isEmpty());
    }

    /// What takes a request of a route that is gone.
    String successor(RouteSpec gone) {
        return requests().samples().first(gone.match(), gone.match(), sample -> takes(requests().before(), gone, sample))
                .map(sample -> taker(requests().now(), sample)).filter(taker -> !taker.isEmpty()).orElse("");
    }

    private boolean takes(RouteTable table, RouteSpec route, Sample sample) {
        return taker(table, sample).equals(route.id());
    }

    private String taker(RouteTable table, Sample sample) {
        if (++looks > MAX_SAMPLES) {
            return "";
        }
        return table.match(sample.host(), sample.method(), sample.path()) instanceof RouteTable.Found found
                ? found.spec().id()
                : "";
    }
}
