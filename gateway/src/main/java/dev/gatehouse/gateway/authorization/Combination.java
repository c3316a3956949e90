package dev.gatehouse.gateway.authorization;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.gatehouse.gateway.authentication.Caller;

/// Conditions made of conditions. Immutable.
public sealed interface Combination extends Condition {

    /// What it is made of; at least one.
    List<Condition> of();

    @Override
    default int size() {
        return 1 + of().stream().mapToInt(Condition::size).sum();
    }

    @Override
    default int depth() {
        return 1 + of().stream().mapToInt(Condition::depth).max().orElse(0);
    }

    @Override
    default boolean asksForStepUp() {
        return of().stream().anyMatch(Condition::asksForStepUp);
    }

    /// All of the conditions.
    record All(List<Condition> of) implements Combination {
        /// Copies the list; an empty one is refused, it would let everybody in.
        public All {
            of = several("all", of);
        }

        @Override
        public Truth judge(Caller.Authenticated caller, Instant now, Granted granted) {
            return joint(of, Truth.NO, caller, now, granted);
        }

        @Override
        public Stream<String> unmet(Caller.Authenticated caller, Instant now) {
            return of.stream().flatMap(part -> part.unmet(caller, now));
        }

        @Override
        public String describe() {
            return joined("all of (", of);
        }
    }

    /// At least one of the conditions.
    record Any(List<Condition> of) implements Combination {
        /// Copies the list; an empty one is refused, it would let nobody in.
        public Any {
            of = several("any", of);
        }

        @Override
        public Truth judge(Caller.Authenticated caller, Instant now, Granted granted) {
            return joint(of, Truth.YES, caller, now, granted);
        }

        @Override
        public String describe() {
            return joined("any of (", of);
        }
    }

    /// The opposite of a condition, unknown where that is. What asks for a step-up has none: nobody is asked to sign in worse.
    record Not(Condition condition) implements Combination {
        /// Refuses the opposite of a step-up.
        public Not {
            if (condition.asksForStepUp()) {
                throw new IllegalArgumentException("not: " + condition.describe() + " (expected: no acr and no max-age below)");
            }
        }

        @Override
        public Truth judge(Caller.Authenticated caller, Instant now, Granted granted) {
            return condition.judge(caller, now, Granted.NOTHING).opposite();
        }

        @Override
        public String describe() {
            return "not (" + condition.describe() + ")";
        }

        @Override
        public List<Condition> of() {
            return List.of(condition);
        }
    }

    /// The word that decides whatever the others say, else that one of them says nothing, else the opposite.
    private static Truth joint(List<Condition> of, Truth decisive, Caller.Authenticated caller, Instant now, Granted granted) {
        Truth all = decisive.opposite();
        for (int i = 0; i < of.size(); i++) {
            Truth one = of.get(i).judge(caller, now, granted);
            if (one == decisive) {
                return decisive;
            }
            all = one == Truth.UNKNOWN ? Truth.UNKNOWN : all;
        }
        return all;
    }

    private static List<Condition> several(String name, List<Condition> conditions) {
        if (conditions.isEmpty()) {
            throw new IllegalArgumentException(name + ": none (expected: at least one condition)");
        }
        return List.copyOf(conditions);
    }

    private static String joined(String before, List<Condition> conditions) {
        return conditions.stream().map(Condition::describe).collect(Collectors.joining("; ", before, ")"));
    }
}
