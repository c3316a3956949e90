package dev.gatehouse.gateway.change;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.authorization.Condition;
import dev.gatehouse.gateway.authorization.Names;
import dev.gatehouse.gateway.change.Callers.Answer;
import dev.gatehouse.gateway.change.Change.Effect;

/// Says what became of one route's access in the words of an operator. Pure.
final class AccessChange {

    private AccessChange() {}

    static Optional<Difference> of(Access before, Access now) {
        return of(before, now, words(before, now));
    }

    /// The same of a request that another route takes now.
    static Optional<Difference> ofMoved(Access before, Access now) {
        return of(before, now, "is " + now.describe() + " (was " + before.describe() + ")");
    }

    private static Optional<Difference> of(Access before, Access now, String words) {
        if (now.equals(before)) {
            return Optional.empty();
        }
        Answer widens = AccessOrder.letsInMore(now, before);
        Effect effect = widens != Answer.NO
                ? Effect.WIDENS
                : AccessOrder.letsInMore(before, now) == Answer.NO ? Effect.CHANGES : Effect.NARROWS;
        String doubt = widens == Answer.PERHAPS ? "; too intricate to be compared, so taken as wider" : "";
        return Optional.of(new Difference(effect, words + doubt));
    }

    private static String words(Access before, Access now) {
        boolean both = needsToken(before) && needsToken(now);
        if (!both) {
            return "became " + now.describe() + " (was " + before.describe() + ")";
        }
        Set<Condition> lost = new LinkedHashSet<>(AccessOrder.parts(before));
        Set<Condition> gained = new LinkedHashSet<>(AccessOrder.parts(now));
        lost.removeAll(AccessOrder.parts(now));
        gained.removeAll(AccessOrder.parts(before));
        if (lost.size() == 1 && gained.size() == 1) {
            return one(lost.iterator().next(), gained.iterator().next());
        }
        String losses = lost.isEmpty() ? "" : "lost " + listed(lost);
        String gains = gained.isEmpty() ? "" : "now demands " + listed(gained);
        return losses + (lost.isEmpty() || gained.isEmpty() ? "" : " and ") + gains
                + (now instanceof Access.SignedIn ? " (now signed-in)" : "");
    }

    private static boolean needsToken(Access access) {
        return access instanceof Access.SignedIn || access instanceof Access.Rule;
    }

    private static String one(Condition lost, Condition gained) {
        if (lost instanceof Condition.Roles(Names before) && gained instanceof Condition.Roles(Names now)) {
            return joined("now also lets in role", less(now, before), "no longer lets in role", less(before, now));
        }
        if (lost instanceof Condition.Scopes(Names before) && gained instanceof Condition.Scopes(Names now)) {
            return joined("lost scope", less(before, now), "now demands scope", less(now, before));
        }
        return "demands " + gained.describe() + " instead of " + lost.describe();
    }

    private static String joined(String first, List<String> names, String second, List<String> others) {
        String one = names.isEmpty() ? "" : first + " " + String.join(", ", names);
        String two = others.isEmpty() ? "" : second + " " + String.join(", ", others);
        return one + (one.isEmpty() || two.isEmpty() ? "" : " and ") + two;
    }

    private static List<String> less(Names names, Names others) {
        return names.sorted().stream().filter(name -> !others.sorted().contains(name)).toList();
    }

    private static String listed(Set<Condition> conditions) {
        return conditions.stream().map(condition -> switch (condition) {
            case Condition.Roles(Names names) when names.sorted().size() == 1 -> "role " + names.sorted().getFirst();
            case Condition.Scopes(Names names) -> "scope " + String.join(", ", names.sorted());
            default -> condition.describe();
        }).collect(Collectors.joining("; "));
    }
}
