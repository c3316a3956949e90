package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.change.Change.Effect;

/// What is believed of tokens that was not, and the other way round. Used once.
final class IssuerChanges {

    private final List<Change> changes = new ArrayList<>();

    private IssuerChanges() {}

    static List<Change> between(List<IssuerSpec> before, List<IssuerSpec> now) {
        IssuerChanges all = new IssuerChanges();
        Map<String, IssuerSpec> left = new LinkedHashMap<>();
        before.forEach(issuer -> left.put(issuer.id(), issuer));
        for (IssuerSpec issuer : now) {
            IssuerSpec earlier = left.remove(issuer.id());
            if (earlier == null) {
                all.add(Effect.WIDENS, issuer, "is new: tokens of " + issuer.issuer() + " are believed");
            } else if (!earlier.equals(issuer)) {
                all.compare(earlier, issuer);
            }
        }
        left.values().forEach(issuer -> all.add(Effect.NARROWS, issuer, "is gone: its tokens are no longer believed"));
        return all.changes;
    }

    private void add(Effect effect, IssuerSpec issuer, String text) {
        changes.add(Change.issuer(effect, issuer.id(), text));
    }

    private void compare(IssuerSpec before, IssuerSpec now) {
        if (!before.issuer().equals(now.issuer())) {
            add(Effect.WIDENS, now, "stands for " + now.issuer() + " (was " + before.issuer() + ")");
        }
        proof(before, now);
        more(now, "audience", before.audiences(), now.audiences(), true);
        more(now, "required claim", before.requiredClaims(), now.requiredClaims(), false);
        if (!before.cookie().equals(now.cookie())) {
            add(now.cookie().isPresent() ? Effect.WIDENS : Effect.NARROWS, now, now.cookie()
                    .map(name -> "now also takes tokens from the cookie " + name).orElse("no longer takes tokens from a cookie"));
        }
        int leeway = now.leeway().compareTo(before.leeway());
        if (leeway != 0) {
            add(leeway > 0 ? Effect.WIDENS : Effect.NARROWS, now, "believes tokens for " + now.leeway().toSeconds()
                    + " s past their time (was " + before.leeway().toSeconds() + " s)");
        }
    }

    private void proof(IssuerSpec before, IssuerSpec now) {
        if (before.proof() instanceof IssuerSpec.Signature earlier && now.proof() instanceof IssuerSpec.Signature signature) {
            if (!earlier.jwks().equals(signature.jwks())) {
                add(Effect.WIDENS, now, "takes its keys from " + signature.jwks() + " (was " + earlier.jwks() + ")");
            }
            more(now, "algorithm", earlier.algorithms(), signature.algorithms(), true);
            more(now, "typ", earlier.types(), signature.types(), true);
            int stale = signature.maxStale().compareTo(earlier.maxStale());
            if (stale != 0) {
                add(stale > 0 ? Effect.WEAKENS : Effect.CHANGES, now, "believes its last keys for "
                        + signature.maxStale().toSeconds() + " s of an outage (was " + earlier.maxStale().toSeconds() + " s)");
            }
        } else if (!before.proof().equals(now.proof())) {
            add(Effect.WIDENS, now, "is believed by another proof");
        }
    }

    /// Compares two sets of values, of which either having more or having fewer is wider.
    private void more(IssuerSpec issuer, String what, Set<String> before, Set<String> now, boolean moreIsWider) {
        Set<String> gained = new TreeSet<>(now);
        gained.removeAll(before);
        Set<String> lost = new TreeSet<>(before);
        lost.removeAll(now);
        if (!gained.isEmpty()) {
            add(moreIsWider ? Effect.WIDENS : Effect.NARROWS, issuer, "got " + what + " " + String.join(", ", gained));
        }
        if (!lost.isEmpty()) {
            add(moreIsWider ? Effect.NARROWS : Effect.WIDENS, issuer, "lost " + what + " " + String.join(", ", lost));
        }
    }
}
