package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import dev.gatehouse.gateway.routes.RouteMatch;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.RouteTable;

/// Which route takes requests now that another route, or none, took before. Used for one comparison.
final class Reach {

    // About a second of work. Beyond it nothing is looked at any more and access counts as wider.
    private static final int MAX_SAMPLES = 4_000_000;

    private final Samples samples;
    private final RouteTable<String> before;
    private final RouteTable<String> now;
    private final Map<String, PatternIndex<RouteSpec>> byHost = new HashMap<>();
    private int looks;

    Reach(List<RouteSpec> before, List<RouteSpec> now) {
        List<RouteSpec> all = new ArrayList<>(before);
        all.addAll(now);
        this.samples = Samples.of(all);
        this.before = RouteTable.of(before, RouteSpec::id);
        this.now = RouteTable.of(now, RouteSpec::id);
        before.forEach(route -> byHost.computeIfAbsent(route.match().host().orElse(""), _ -> new PatternIndex<>())
                .add(route.match().path(), route));
    }

    /// Whether the work became too much; from then on nothing more is found.
    boolean isIncomplete() {
        return looks > MAX_SAMPLES;
    }

    /// Tells of the routes of before that could share a request with this one.
    void rivals(RouteMatch match, Consumer<RouteSpec> found) {
        Consumer<RouteSpec> rival = route -> {
            if (++looks <= MAX_SAMPLES) {
                found.accept(route);
            }
        };
        String host = match.host().orElse("");
        if (host.isEmpty() || host.startsWith("*.")) {
            byHost.forEach((other, index) -> {
                if (Hosts.takes(host, other) || Hosts.takes(other, host)) {
                    index.meeting(match.path(), rival);
                }
            });
            return;
        }
        meeting("", match, rival);
        meeting(host, match, rival);
        for (int dot = host.indexOf('.', 1); dot > 0; dot = host.indexOf('.', dot + 1)) {
            meeting("*" + host.substring(dot), match, rival);
        }
    }

    private void meeting(String host, RouteMatch match, Consumer<RouteSpec> rival) {
        PatternIndex<RouteSpec> index = byHost.get(host);
        if (index != null) {
            index.meeting(match.path(), rival);
        }
    }

    /// A request that one route takes now and the other took before.
    Optional<Sample> moved(RouteSpec from, RouteSpec to) {
        return samples.first(from.match(), to.match(), sample -> takes(now, to, sample) && takes(before, from, sample));
    }

    /// A request that this route takes now and none took before.
    Optional<Sample> isNew(RouteSpec to) {
        return samples.first(to.match(), to.match(), sample -> takes(now, to, sample) && taker(before, sample).isEmpty());
    }

    /// What takes a request of a route that is gone.
    String successor(RouteSpec gone) {
        return samples.first(gone.match(), gone.match(), sample -> takes(before, gone, sample))
                .map(sample -> taker(now, sample)).filter(taker -> !taker.isEmpty()).orElse("");
    }

    private boolean takes(RouteTable<String> table, RouteSpec route, Sample sample) {
        return taker(table, sample).equals(route.id());
    }

    private String taker(RouteTable<String> table, Sample sample) {
        if (++looks > MAX_SAMPLES) {
            return "";
        }
        return table.match(sample.host(), sample.method(), sample.path()) instanceof RouteTable.Found<String> found
                ? found.value()
                : "";
    }
}
