package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import dev.gatehouse.gateway.change.Change.Effect;
import dev.gatehouse.gateway.routes.RouteMatch;
import dev.gatehouse.gateway.routes.RouteSpec;

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
        changes.addAll(UpstreamChanges.entrusted(before, now));
        changes.addAll(BrowserChanges.between(before, now));
    }

    private void protections() {
        changes.addAll(UpstreamChanges.asked(before, now));
        changes.addAll(ProtectionChanges.between(before, now));
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

    private static String shown(RouteMatch match) {
        String methods = match.methods().isEmpty() ? "" : String.join(",", match.methods()) + " ";
        return methods + match.host().orElse("") + match.path();
    }
}
