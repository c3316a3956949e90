package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.change.Change.Effect;
import dev.gatehouse.gateway.compression.Compression;
import dev.gatehouse.gateway.concurrency.ConcurrencySpec;
import dev.gatehouse.gateway.mirroring.MirrorSpec;
import dev.gatehouse.gateway.resilience.Protection;
import dev.gatehouse.gateway.resilience.Retries;
import dev.gatehouse.gateway.routes.RouteMatch;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.upstream.HealthCheck;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.UpstreamSpec;
import dev.gatehouse.gateway.websocket.SocketSpec;

/// What a route says differently, key by key, from what it was, or from another whose requests it takes now. Which requests those are is not looked at
/// here. Used once.
final class RouteChanges {

    private final RouteSpec before;
    private final RouteSpec now;
    private final Set<String> issuers;
    private final List<Difference> changes = new ArrayList<>();

    private RouteChanges(RouteSpec before, RouteSpec now, Set<String> issuers) {
        this.before = before;
        this.now = now;
        this.issuers = issuers;
    }

    /// Compares what was with what is.
    ///
    /// @param issuers those that are neither new nor gone; of the others the file says enough in one place
    static List<Change> between(RouteSpec before, RouteSpec now, Set<String> issuers) {
        RouteChanges route = new RouteChanges(before, now, issuers);
        if (!before.equals(now)) {
            route.compare();
        }
        return route.told();
    }

    /// The part of it that can widen access.
    @SuppressWarnings("ReferenceEquality") // a reload keeps the objects of routes that did not change; others are compared part by part
    static List<Change> inAccess(RouteSpec before, RouteSpec now, Set<String> issuers) {
        if (before == now) {
            return List.of();
        }
        RouteChanges route = new RouteChanges(before, now, issuers);
        AccessChange.of(before.access(), now.access()).ifPresent(route.changes::add);
        route.beliefs();
        return route.told();
    }

    /// How a route treats a request more laxly than the other route did that took it before: the same that [#between] says of one route.
    ///
    /// @param effect `WIDENS` or `WEAKENS`
    static List<String> laxer(RouteSpec before, RouteSpec now, Set<String> issuers, Effect effect) {
        List<Difference> ways = new ArrayList<>(besidesAccess(before, now, issuers, effect));
        AccessChange.ofMoved(before.access(), now.access()).filter(way -> way.effect() == effect).ifPresent(ways::addFirst);
        return ways.stream().map(way -> way.ofMoved().words()).toList();
    }

    /// Whether that can be said of any request, as far as it can be told without comparing rules of access, which may take long.
    static boolean mayBeLaxer(RouteSpec before, RouteSpec now, Set<String> issuers, Effect effect) {
        return (effect == Effect.WIDENS && !before.access().equals(now.access()))
                || !besidesAccess(before, now, issuers, effect).isEmpty();
    }

    private static List<Difference> besidesAccess(RouteSpec before, RouteSpec now, Set<String> issuers, Effect effect) {
        RouteChanges route = new RouteChanges(before, now, issuers);
        route.beliefs();
        if (effect != Effect.WIDENS) { // nothing else widens
            route.protections();
        }
        return route.changes.stream().filter(way -> way.effect() == effect).toList();
    }

    private List<Change> told() {
        return changes.stream().map(change -> change.of(now.id())).toList();
    }

    private void compare() {
        if (!before.id().equals(now.id())) {
            add(Effect.CHANGES, "was called " + before.id());
        }
        AccessChange.of(before.access(), now.access()).ifPresent(changes::add);
        if (!shown(before.match()).equals(shown(now.match()))) {
            add(Effect.CHANGES, "takes " + shown(now.match()) + " (was " + shown(before.match()) + ")");
        }
        beliefs();
        protections();
    }

    /// All that can widen access, but for the rule itself.
    private void beliefs() {
        issuers();
        flags();
        onlookers();
        changes.addAll(BrowserChanges.between(before, now));
    }

    private void protections() {
        upstreams();
        protection();
        concurrency();
        websocket();
        compression();
        changes.addAll(LimitChanges.of(before.limits(), now.limits()));
    }

    private void add(Effect effect, String text) {
        changes.add(new Difference(effect, text));
    }

    private void issuers() {
        if (!before.access().readsTokens() || !now.access().readsTokens()
                || before.issuers().ids().equals(now.issuers().ids())) {
            return;
        }
        Set<String> more = new TreeSet<>(now.issuers().ids());
        more.removeAll(before.issuers().ids());
        more.retainAll(issuers);
        Set<String> less = new TreeSet<>(before.issuers().ids());
        less.removeAll(now.issuers().ids());
        less.retainAll(issuers);
        if (!more.isEmpty()) {
            add(Effect.WIDENS, "now believes tokens of " + String.join(", ", more));
        }
        if (!less.isEmpty()) {
            add(Effect.NARROWS, "no longer believes tokens of " + String.join(", ", less));
        }
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

    private void protection() {
        long size = now.protection().maxBody();
        if (size != before.protection().maxBody()) {
            add(size > before.protection().maxBody() ? Effect.WEAKENS : Effect.NARROWS,
                    "takes bodies up to " + size(size) + " (was " + size(before.protection().maxBody()) + ")");
        }
        if (now.protection().retries() != before.protection().retries()) {
            add(Effect.CHANGES, "sends " + shown(now.protection().retries()) + " again after a failure (was "
                    + shown(before.protection().retries()) + ")");
        }
        if (!now.protection().timeout().equals(before.protection().timeout())) {
            add(Effect.CHANGES, "waits " + now.protection().timeout().toMillis() + " ms for an answer (was "
                    + before.protection().timeout().toMillis() + " ms)");
        }
    }

    private static String shown(Retries retries) {
        return switch (retries) {
            case NEVER -> "nothing";
            case SAFE -> "GET, HEAD and OPTIONS";
            case IDEMPOTENT -> "GET, HEAD, OPTIONS, PUT and DELETE";
        };
    }

    private void concurrency() {
        ConcurrencySpec earlier = before.concurrency();
        ConcurrencySpec spec = now.concurrency();
        if (!spec.equals(earlier)) {
            boolean looser = spec.route() > earlier.route() || spec.user() > earlier.user();
            add(looser ? Effect.WEAKENS : Effect.NARROWS,
                    "lets " + shown(spec) + " (was " + shown(earlier) + ")");
        }
    }

    private void websocket() {
        if (now.websocket().equals(before.websocket())) {
            return;
        }
        if (now.websocket().isEmpty()) {
            add(Effect.NARROWS, "no longer opens WebSockets");
        } else {
            SocketSpec spec = now.websocket().get();
            boolean looser = before.websocket()
                    .filter(earlier -> spec.perUser() <= earlier.perUser() && spec.maxFrame() <= earlier.maxFrame()
                            && spec.idle().compareTo(earlier.idle()) <= 0)
                    .isEmpty();
            add(looser ? Effect.WEAKENS : Effect.NARROWS,
                    "opens WebSockets: " + spec.perUser() + " per user, frames up to " + spec.maxFrame() + " bytes, idle for "
                            + spec.idle().toSeconds() + " s at most");
        }
    }

    private void compression() {
        if (now.compression() != before.compression()) {
            add(now.compression() == Compression.ALWAYS ? Effect.WEAKENS : Effect.CHANGES,
                    "compresses answers: " + now.compression().word() + " (was " + before.compression().word() + ")");
        }
    }

    private static String shown(ConcurrencySpec spec) {
        return shown(spec.route()) + " of its requests be under way at once, " + shown(spec.user()) + " per user";
    }

    private static String shown(int most) {
        return most == ConcurrencySpec.ANY ? "any number" : Integer.toString(most);
    }

    private static String size(long bytes) {
        return bytes == Protection.UNLIMITED ? "any size" : bytes + " bytes";
    }

    private static String shown(RouteMatch match) {
        String methods = match.methods().isEmpty() ? "" : String.join(",", match.methods()) + " ";
        return methods + match.host().orElse("") + match.path();
    }
}
