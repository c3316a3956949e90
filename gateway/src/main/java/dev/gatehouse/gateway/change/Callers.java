package dev.gatehouse.gateway.change;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authorization.ClaimValue;
import dev.gatehouse.gateway.authorization.Combination;
import dev.gatehouse.gateway.authorization.Condition;
import dev.gatehouse.gateway.authorization.StepUp;

/// Looks for a caller who meets some conditions and fails others, without any caller at hand: a tableau over what a token may say. Roles, scopes and
/// values of claims are taken as independent of each other, so that it finds at least every caller there can be. Of each a token may also tell nothing
/// (see [dev.gatehouse.gateway.authorization.Truth]): who fails a condition may fail its opposite as well. Used once.
final class Callers {

    // Enough for every rule that a person can read; a rule made to be hard is answered with "perhaps".
    private static final int MAX_STEPS = 50_000;

    private int steps;

    private Callers() {}

    /// Whether there can be a caller who meets the first and fails the second; null stands for a condition that everybody meets or fails as needed.
    /// A search that takes too long answers PERHAPS.
    static Answer meeting(@Nullable Condition met, @Nullable Condition failed) {
        Goal goals = met == null ? null : new Goal(new Term.Of(met), true, true, null);
        goals = failed == null ? goals : new Goal(new Term.Of(failed), false, false, goals);
        Callers search = new Callers();
        boolean found = search.exists(goals, null, null);
        return search.steps > MAX_STEPS ? Answer.PERHAPS : found ? Answer.YES : Answer.NO;
    }

    /// Whether something is so.
    enum Answer {
        YES, NO, PERHAPS
    }

    /// What is true or false of a caller.
    private sealed interface Term {
        record Of(Condition condition) implements Term {}

        record Role(String name) implements Term {}

        record Scope(String name) implements Term {}

        record Value(String claim, ClaimValue value) implements Term {}

        record AcrIs(String value) implements Term {}

        record Younger(Duration than) implements Term {}
    }

    /// A list of terms that must all be true or false.
    ///
    /// @param told whether the token must tell it; else it is enough that it does not tell the opposite
    private record Goal(Term term, boolean positive, boolean told, @Nullable Goal next) {

        /// Whether both cannot be: the same thing true and false, an age below ten minutes and not below an hour, two values of `acr`.
        private boolean contradicts(Goal other) {
            if (!told && !other.told) {
                return false;
            }
            if (term instanceof Term.Younger(Duration mine) && other.term instanceof Term.Younger(Duration theirs)) {
                return positive != other.positive && (positive ? mine.compareTo(theirs) <= 0 : theirs.compareTo(mine) <= 0);
            }
            if (term instanceof Term.AcrIs && other.term instanceof Term.AcrIs && positive && other.positive) {
                return !term.equals(other.term);
            }
            return positive != other.positive && term.equals(other.term);
        }
    }

    /// A list of choices; of each, one goal must hold.
    private record Choice(List<? extends Term> terms, boolean positive, boolean told, @Nullable Choice next) {}

    private boolean exists(@Nullable Goal goals, @Nullable Choice choices, @Nullable Goal facts) {
        Goal open = goals;
        Choice later = choices;
        Goal known = facts;
        while (open != null) {
            if (++steps > MAX_STEPS) {
                return true;
            }
            Goal goal = open;
            open = open.next;
            if (goal.term instanceof Term.Of(Condition condition)) {
                List<? extends Term> parts = parts(condition);
                boolean positive = goal.positive != (condition instanceof Combination.Not);
                boolean told = goal.told && (positive || !isOfSeveralTypes(condition));
                if (parts.size() == 1 || positive == isAll(condition)) {
                    for (Term part : parts) {
                        open = new Goal(part, positive, told, open);
                    }
                } else {
                    later = new Choice(parts, positive, told, later);
                }
            } else {
                for (Goal fact = known; fact != null; fact = fact.next) {
                    if (goal.contradicts(fact)) {
                        return false;
                    }
                }
                known = new Goal(goal.term, goal.positive, goal.told, known);
            }
        }
        return later == null || oneOf(later, known);
    }

    private boolean oneOf(Choice choice, @Nullable Goal facts) {
        for (Term term : choice.terms) {
            if (exists(new Goal(term, choice.positive, choice.told, null), choice.next, facts)) {
                return true;
            }
        }
        return false;
    }

    /// Whether all parts of a condition must be true, rather than any.
    private static boolean isAll(Condition condition) {
        return condition instanceof Combination.All || condition instanceof Condition.Scopes;
    }

    /// A claim that is a text is known to be none of several numbers and texts, though as a text it tells nothing of each of the numbers alone.
    private static boolean isOfSeveralTypes(Condition condition) {
        return condition instanceof Condition.Claim claim
                && claim.anyOf().stream().map(ClaimValue::getClass).distinct().count() > 1;
    }

    private static List<? extends Term> parts(Condition condition) {
        return switch (condition) {
            case Condition.Roles roles -> roles.anyOf().sorted().stream().map(Term.Role::new).toList();
            case Condition.Scopes scopes -> scopes.allOf().sorted().stream().map(Term.Scope::new).toList();
            case Condition.Claim claim -> claim.anyOf().stream().map(value -> new Term.Value(claim.name(), value)).toList();
            case StepUp.Acr acr -> acr.anyOf().stream().map(Term.AcrIs::new).toList();
            case StepUp.MaxAge age -> List.of(new Term.Younger(age.atMost()));
            case Combination several -> several.of().stream().map(Term.Of::new).toList();
        };
    }
}
