package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.change.Change.Effect;
import dev.gatehouse.gateway.mirroring.MirrorSpec;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.upstream.HealthCheck;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.UpstreamSpec;

/// Where a route's requests and the copies of them go, how they get there, and what they take along. Used once.
final class UpstreamChanges {

    private final RouteSpec before;
    private final RouteSpec now;
    private final List<Difference> changes = new ArrayList<>();

    private UpstreamChanges(RouteSpec before, RouteSpec now) {
        this.before = before;
        this.now = now;
    }

    /// What upstreams learn of callers and their requests; can widen access.
    static List<Difference> entrusted(RouteSpec before, RouteSpec now) {
        UpstreamChanges route = new UpstreamChanges(before, now);
        route.flags();
        route.onlookers();
        return route.changes;
    }

    /// Which upstreams are asked, and how.
    static List<Difference> asked(RouteSpec before, RouteSpec now) {
        UpstreamChanges route = new UpstreamChanges(before, now);
        route.upstreams();
        return route.changes;
    }

    private void add(Effect effect, String text) {
        changes.add(new Difference(effect, text));
    }

    private void flags() {
        if (before.forwardToken() != now.forwardToken()) {
            add(now.forwardToken() ? Effect.WIDENS : Effect.CHANGES,
                    (now.forwardToken() ? "now gives" : "no longer gives") + " tokens to its upstream");
        }
        if (before.assertion() != now.assertion()) {
            add(now.assertion() ? Effect.CHANGES : Effect.WEAKENS,
                    (now.assertion() ? "now proves" : "no longer proves") + " to its upstream who is calling (assertion)");
        }
    }

    /// Who gets to see what they did not. An upstream that gets tokens for the first time is told of by the flag.
    private void onlookers() {
        if (before.forwardToken() && now.forwardToken()) {
            Set<String> more = new TreeSet<>(hosts(now));
            more.removeAll(hosts(before));
            if (!more.isEmpty()) {
                add(Effect.WIDENS, "now gives tokens to " + String.join(", ", more));
            }
        }
        now.mirror().filter(mirror -> !address(before).equals(mirror.address())).ifPresent(mirror -> add(Effect.WIDENS,
                "sends copies of " + mirror.percent() + " % of its requests to " + mirror.address()));
    }

    private static Set<String> hosts(RouteSpec route) {
        return route.upstreams().stream().map(InstanceSpec::origin).map(uri -> uri.getScheme() + "://" + uri.getRawAuthority())
                .collect(Collectors.toSet());
    }

    private static String address(RouteSpec route) {
        return route.mirror().map(MirrorSpec::address).orElse("");
    }

    private void upstreams() {
        Set<String> origins = origins(now);
        if (!origins.equals(origins(before))) {
            boolean opened = origins.stream().anyMatch(origin -> origin.startsWith("http:"))
                    && origins(before).stream().allMatch(origin -> origin.startsWith("https:"));
            boolean elsewhere = isOpen() && hosts(before).equals(hosts(now));
            add(opened || elsewhere ? Effect.WEAKENS : Effect.CHANGES, "goes to " + String.join(", ", origins) + " (was "
                    + String.join(", ", origins(before)) + ")" + (opened ? ", without TLS" : ""));
        } else if (!new HashSet<>(before.upstreams()).equals(new HashSet<>(now.upstreams()))) {
            add(Effect.CHANGES, "shares its requests out by other weights");
        }
        if (!before.upstream().link().equals(now.upstream().link())) {
            add(Effect.CHANGES, "speaks with its upstream in another way (protocol, tls)");
        }
        if (!before.upstream().balance().equals(now.upstream().balance())) {
            add(Effect.CHANGES, "shares its requests out by " + now.upstream().balance().describe() + " (was "
                    + before.upstream().balance().describe() + ")");
        }
        if (!before.upstream().health().equals(now.upstream().health())) {
            add(Effect.CHANGES, "asks its instances " + shown(now.upstream()) + " (was " + shown(before.upstream()) + ")");
        }
        mirror();
        if (before.stripPrefix() != now.stripPrefix()) {
            add(isOpen() ? Effect.WEAKENS : Effect.CHANGES,
                    "hides " + now.stripPrefix() + " segments from its upstream (was " + before.stripPrefix()
                            + "): every request reaches another path there");
        }
    }

    /// Whether strangers pass: then what the upstream has at another path is open to them, and nobody can tell here what that is.
    private boolean isOpen() {
        return now.access() instanceof Access.Public || now.access() instanceof Access.Anyone;
    }

    private void mirror() {
        int percent = now.mirror().map(MirrorSpec::percent).orElse(0);
        int earlier = before.mirror().map(MirrorSpec::percent).orElse(0);
        if (now.mirror().isEmpty() && before.mirror().isPresent()) {
            add(Effect.CHANGES, "no longer sends copies of its requests");
        } else if (percent != earlier && address(now).equals(address(before))) {
            add(percent > earlier ? Effect.WEAKENS : Effect.CHANGES,
                    "sends copies of " + percent + " % of its requests (was " + earlier + " %)");
        }
    }

    private static String shown(UpstreamSpec upstream) {
        return upstream.health().map(HealthCheck::describe).orElse("nothing");
    }

    private static Set<String> origins(RouteSpec route) {
        return route.upstreams().stream().map(InstanceSpec::origin).map(Object::toString)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
