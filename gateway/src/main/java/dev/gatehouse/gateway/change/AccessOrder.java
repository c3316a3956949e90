package dev.gatehouse.gateway.change;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.authorization.Combination;
import dev.gatehouse.gateway.authorization.Condition;
import dev.gatehouse.gateway.change.Callers.Answer;

/// Which of two access rules lets in more callers. Pure.
final class AccessOrder {

    private AccessOrder() {}

    /// Whether there is a request that the one lets pass and the other does not. `public` is wider than `optional`, since it lets bad tokens pass.
    static Answer letsInMore(Access now, Access before) {
        return now.equals(before)
                ? Answer.NO
                : switch (before) {
                    case Access.Public _ -> Answer.NO;
                    case Access.Anyone _ -> now instanceof Access.Public ? Answer.YES : Answer.NO;
                    case Access.SignedIn _ -> isOpen(now) || now instanceof Access.Certified ? Answer.YES : Answer.NO;
                    case Access.Rule(Condition condition) -> isOpen(now) || now instanceof Access.Certified
                            ? Answer.YES
                            : callers(now, condition);
                    case Access.Certified(List<String> names) -> certified(now, names);
                };
    }

    /// Who has a token need not have a certificate, and the other way round.
    private static Answer certified(Access now, List<String> before) {
        boolean narrower = now instanceof Access.Certified(List<String> names)
                && (before.isEmpty() || (!names.isEmpty() && before.containsAll(names)));
        return narrower ? Answer.NO : Answer.YES;
    }

    private static boolean isOpen(Access access) {
        return access instanceof Access.Public || access instanceof Access.Anyone;
    }

    private static Answer callers(Access now, Condition before) {
        @Nullable
        Condition condition = now instanceof Access.Rule(Condition met) ? met : null;
        return condition != null && parts(condition).containsAll(parts(before))
                ? Answer.NO
                : Callers.meeting(condition, before);
    }

    /// The conditions that a rule demands side by side.
    static Set<Condition> parts(Access access) {
        return access instanceof Access.Rule(Condition condition) ? parts(condition) : Set.of();
    }

    private static Set<Condition> parts(Condition condition) {
        Set<Condition> parts = new LinkedHashSet<>();
        if (condition instanceof Combination.All all) {
            all.of().forEach(part -> parts.addAll(parts(part)));
        } else {
            parts.add(condition);
        }
        return parts;
    }
}
