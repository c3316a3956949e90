package dev.gatehouse.gateway.authorization;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Condition.Granted;

/// Finds the most helpful refusal that is true: a step-up when nothing else is missing, missing scopes when nothing else but a step-up is, else a
/// plain no. Where alternatives are open, the first in the rule's order is told.
final class Refusal {

    private final Caller.Authenticated caller;
    private final Instant now;
    private final Set<String> scopes = new TreeSet<>();
    private List<String> acrValues = List.of();
    private Optional<Duration> maxAge = Optional.empty();

    private Refusal(Caller.Authenticated caller, Instant now) {
        this.caller = caller;
        this.now = now;
    }

    /// Why a condition that does not hold, does not.
    static Decision of(Condition condition, Caller.Authenticated caller, Instant now) {
        Refusal refusal = new Refusal(caller, now);
        if (condition.holds(caller, now, Granted.STEP_UP)) {
            refusal.addStepUp(condition);
            return new Decision.StepUpNeeded(refusal.acrValues, refusal.maxAge);
        }
        if (condition.holds(caller, now, Granted.STEP_UP_AND_SCOPES)) {
            refusal.addScopes(condition);
        }
        return new Decision.Denied(String.join(" ", refusal.scopes));
    }

    /// Adds what the next sign-in must be like. A part that holds now is named too: the next token must not lose it.
    private void addStepUp(Condition condition) {
        switch (condition) {
            case Combination.All(List<Condition> of) -> of.forEach(this::addStepUp);
            case Combination.Any(List<Condition> of) -> way(of, Granted.STEP_UP).ifPresent(this::addStepUp);
            case StepUp.Acr(List<String> anyOf) -> acrValues = acrValues.isEmpty() ? anyOf : common(acrValues, anyOf);
            case StepUp.MaxAge(Duration atMost) ->
                maxAge = maxAge.filter(earlier -> earlier.compareTo(atMost) <= 0).or(() -> Optional.of(atMost));
            case Condition.Roles _,Condition.Scopes _,Condition.Claim _,Combination.Not _ -> {
                // another sign-in does not change it
            }
        }
    }

    private void addScopes(Condition condition) {
        switch (condition) {
            case Combination.All(List<Condition> of) -> of.forEach(this::addScopes);
            case Combination.Any(List<Condition> of) -> way(of, Granted.STEP_UP_AND_SCOPES).ifPresent(this::addScopes);
            case Condition.Scopes(Names allOf) when !allOf.areAllIn(caller.scopes()) -> scopes.addAll(allOf.sorted());
            case Condition.Scopes _,Condition.Roles _,Condition.Claim _,Combination.Not _,StepUp.Acr _,StepUp.MaxAge _ -> {
                // not a matter of scopes
            }
        }
    }

    /// The alternative to tell of: the one that needs least.
    private Optional<Condition> way(List<Condition> of, Granted most) {
        for (Granted granted : Granted.values()) {
            for (Condition condition : of) {
                if (granted.compareTo(most) <= 0 && condition.holds(caller, now, granted)) {
                    return Optional.of(condition);
                }
            }
        }
        return Optional.empty();
    }

    /// What both lists take; the first list where they have nothing in common, since no sign-in could satisfy both.
    private static List<String> common(List<String> first, List<String> second) {
        List<String> both = new ArrayList<>(first);
        both.retainAll(second);
        return both.isEmpty() ? first : both;
    }
}
