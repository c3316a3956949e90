package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.gatehouse.gateway.browser.Cors;
import dev.gatehouse.gateway.browser.SecurityProfile;
import dev.gatehouse.gateway.change.Change.Effect;
import dev.gatehouse.gateway.path.Allowance;
import dev.gatehouse.gateway.routes.RouteSpec;

/// What a route says differently to browsers, and about paths that parsers read differently. Used once.
final class BrowserChanges {

    private final List<Difference> changes = new ArrayList<>();

    private BrowserChanges() {}

    static List<Difference> between(RouteSpec before, RouteSpec now) {
        if (now.browser().equals(before.browser()) && now.match().allow().equals(before.match().allow())) {
            return List.of();
        }
        BrowserChanges route = new BrowserChanges();
        route.allowances(before.match().allow(), now.match().allow());
        route.cors(before.browser().cors(), now.browser().cors());
        route.security(before.browser().security(), now.browser().security());
        return route.changes;
    }

    private void add(Effect effect, String text) {
        changes.add(new Difference(effect, text));
    }

    private void allowances(Set<Allowance> before, Set<Allowance> now) {
        for (Allowance one : Allowance.values()) {
            if (now.contains(one) != before.contains(one)) {
                String name = one.name().toLowerCase(Locale.ROOT).replace('_', '-');
                add(now.contains(one) ? Effect.WIDENS : Effect.NARROWS,
                        (now.contains(one) ? "now takes" : "no longer takes") + " paths with " + name);
            }
        }
    }

    private void cors(Optional<Cors> before, Optional<Cors> now) {
        if (before.equals(now)) {
            return;
        }
        if (now.isEmpty()) {
            add(Effect.CHANGES, "no longer says which pages may call (cors); its upstream may say so");
            return;
        }
        Cors rules = now.get();
        told("pages call from", before.map(Cors::origins).orElse(Set.of()), rules.origins());
        if (before.isPresent()) {
            told("pages use", before.get().methods(), rules.methods());
            told("pages send", before.get().headers(), rules.headers());
            told("pages read", Set.copyOf(before.get().expose()), Set.copyOf(rules.expose()));
            if (!before.get().maxAge().equals(rules.maxAge())) {
                add(Effect.CHANGES, "lets browsers remember that for " + rules.maxAge().toSeconds() + "s (was "
                        + before.get().maxAge().toSeconds() + "s)");
            }
        }
        boolean cookies = before.map(Cors::credentials).orElse(false);
        if (rules.credentials() != cookies) {
            add(rules.credentials() ? Effect.WIDENS : Effect.NARROWS,
                    (rules.credentials() ? "now lets" : "no longer lets") + " those pages send cookies along");
        }
    }

    private void told(String what, Set<String> before, Set<String> now) {
        Set<String> more = new TreeSet<>(now);
        more.removeAll(before);
        Set<String> less = new TreeSet<>(before);
        less.removeAll(now);
        if (!more.isEmpty()) {
            add(Effect.WIDENS, "now lets " + what + " " + String.join(", ", more));
        }
        if (!less.isEmpty()) {
            add(Effect.NARROWS, "no longer lets " + what + " " + String.join(", ", less));
        }
    }

    private void security(SecurityProfile before, SecurityProfile now) {
        if (before != now) {
            boolean less = now == SecurityProfile.NONE || before == SecurityProfile.API; // a page may load, frame and keep what an API may not
            add(less ? Effect.WEAKENS : Effect.CHANGES, "guards its answers with the profile "
                    + now.name().toLowerCase(Locale.ROOT) + " (was " + before.name().toLowerCase(Locale.ROOT) + ")");
        }
    }
}
