package dev.gatehouse.gateway.change;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
        all.exposed(before, now);
        return all.changes;
    }

    /// Cookies that were credentials and are ordinary ones now: browsers go on sending the tokens in them.
    private void exposed(List<IssuerSpec> before, List<IssuerSpec> now) {
        Set<String> still = now.stream().flatMap(issuer -> issuer.cookie().stream()).collect(Collectors.toSet());
        before.forEach(issuer -> issuer.cookie().filter(cookie -> !still.contains(cookie)).ifPresent(
                cookie -> add(Effect.WIDENS, issuer, "no longer keeps the cookie " + cookie
                        + " from upstreams: tokens in it reach them, of public routes, too")));
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
            signature(now, earlier, signature);
        } else if (before.proof() instanceof IssuerSpec.Introspection earlier
                && now.proof() instanceof IssuerSpec.Introspection how) {
            introspection(now, earlier, how);
        } else if (before.proof() instanceof IssuerSpec.SharedSecret earlier
                && now.proof() instanceof IssuerSpec.SharedSecret shared) {
            sharedSecret(now, earlier, shared);
        } else {
            add(Effect.WIDENS, now, shown(now.proof()) + " (was: " + shown(before.proof()) + ")");
        }
    }

    private static String shown(IssuerSpec.Proof proof) {
        return switch (proof) {
            case IssuerSpec.Signature signature -> "is believed by its signature, with keys from " + signature.jwks();
            case IssuerSpec.SharedSecret _ -> "is believed by a shared secret";
            case IssuerSpec.Introspection how -> "is asked about its tokens at " + how.url();
        };
    }

    private void signature(IssuerSpec issuer, IssuerSpec.Signature before, IssuerSpec.Signature now) {
        if (!before.jwks().equals(now.jwks())) {
            add(Effect.WIDENS, issuer, "takes its keys from " + now.jwks() + " (was " + before.jwks() + ")");
        }
        more(issuer, "algorithm", before.algorithms(), now.algorithms(), true);
        more(issuer, "typ", before.types(), now.types(), true);
        longer(issuer, "believes its last keys in an outage for", before.maxStale(), now.maxStale(), Effect.WEAKENS);
    }

    private void sharedSecret(IssuerSpec issuer, IssuerSpec.SharedSecret before, IssuerSpec.SharedSecret now) {
        if (!before.secret().equals(now.secret())) {
            add(Effect.WIDENS, issuer, "is believed by another secret");
        }
        more(issuer, "typ", before.types(), now.types(), true);
    }

    /// Who is asked, and by whom, decides what is answered; the secret itself is never shown.
    private void introspection(IssuerSpec issuer, IssuerSpec.Introspection before, IssuerSpec.Introspection now) {
        if (!before.url().equals(now.url())) {
            add(Effect.WIDENS, issuer, "is asked about its tokens at " + now.url() + " (was " + before.url() + ")");
        }
        if (!before.clientId().equals(now.clientId())) {
            add(Effect.WIDENS, issuer, "is asked by client " + now.clientId() + " (was " + before.clientId() + ")");
        }
        if (!before.clientSecret().equals(now.clientSecret())) {
            add(Effect.CHANGES, issuer, "is asked with another client-secret");
        }
        if (before.auth() != now.auth()) {
            add(Effect.CHANGES, issuer, "is told the client by " + shown(now.auth()) + " (was " + shown(before.auth()) + ")");
        }
        longer(issuer, "may take for an answer about a token", before.timeout(), now.timeout(), Effect.CHANGES);
        longer(issuer, "is believed about a good token for", before.cache(), now.cache(), Effect.WEAKENS);
        longer(issuer, "is believed about a refused token for", before.negativeCache(), now.negativeCache(), Effect.CHANGES);
    }

    private static String shown(IssuerSpec.ClientAuthentication auth) {
        return auth.name().toLowerCase(Locale.ROOT);
    }

    private void longer(IssuerSpec issuer, String what, Duration before, Duration now, Effect whenLonger) {
        if (!now.equals(before)) {
            add(now.compareTo(before) > 0 ? whenLonger : Effect.CHANGES, issuer,
                    what + " " + shown(now) + " (was " + shown(before) + ")");
        }
    }

    private static String shown(Duration time) {
        return time.toMillisPart() == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
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
