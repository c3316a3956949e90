package dev.gatehouse.gateway.authorization;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.Caller;

/// What a token must say. Immutable; only claims of the token and the time are looked at.
public sealed interface Condition permits Condition.Roles, Condition.Scopes, Condition.Claim, Combination, StepUp {

    /// Most conditions in a rule, those that hold others included.
    int MAX_SIZE = 64;
    /// How deep they nest at most; one alone is one deep.
    int MAX_DEPTH = 8;

    /// Which conditions are taken as met though they may not be, to find out whether they alone are in the way.
    enum Granted {
        /// None.
        NOTHING,
        /// `acr` and `max-age`.
        STEP_UP,
        /// Those, and `scopes` that stand under no `not`.
        STEP_UP_AND_SCOPES
    }

    /// Whether a caller meets it. Never blocks, allocates nothing.
    boolean holds(Caller.Authenticated caller, Instant now, Granted granted);

    /// The condition in words: `roles any of [admin]`.
    String describe();

    /// How many conditions it is made of.
    default int size() {
        return 1;
    }

    /// How deep they nest.
    default int depth() {
        return 1;
    }

    /// Whether signing in again could make it true.
    default boolean asksForStepUp() {
        return false;
    }

    /// The smallest parts that a caller fails, in words.
    default Stream<String> unmet(Caller.Authenticated caller, Instant now) {
        return holds(caller, now, Granted.NOTHING) ? Stream.of() : Stream.of(describe());
    }

    /// At least one of the roles.
    record Roles(Names anyOf) implements Condition {
        @Override
        public boolean holds(Caller.Authenticated caller, Instant now, Granted granted) {
            return anyOf.meet(caller.roles());
        }

        @Override
        public String describe() {
            return "roles any of " + anyOf;
        }
    }

    /// All of the scopes.
    record Scopes(Names allOf) implements Condition {
        @Override
        public boolean holds(Caller.Authenticated caller, Instant now, Granted granted) {
            return granted == Granted.STEP_UP_AND_SCOPES || allOf.areAllIn(caller.scopes());
        }

        @Override
        public String describe() {
            return "scopes all of " + allOf;
        }
    }

    /// The top-level claim has one of the values, or is a list that holds one of them. A claim that is absent has none.
    record Claim(String name, List<ClaimValue> anyOf) implements Condition {
        /// Copies the list; an empty one is refused, it would let nobody in.
        public Claim {
            anyOf = List.copyOf(anyOf);
            if (name.isEmpty() || anyOf.isEmpty()) {
                throw new IllegalArgumentException("claim: '" + name + "' in " + anyOf + " (expected: a name and a value)");
            }
        }

        @Override
        public boolean holds(Caller.Authenticated caller, Instant now, Granted granted) {
            Object claim = caller.claims().get(name);
            if (claim instanceof List<?> values) {
                for (int i = 0; i < values.size(); i++) {
                    if (isOne(values.get(i))) {
                        return true;
                    }
                }
                return false;
            }
            return claim != null && isOne(claim);
        }

        private boolean isOne(@Nullable Object value) {
            for (int i = 0; i < anyOf.size(); i++) {
                if (anyOf.get(i).is(value)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String describe() {
            return "claim " + name + (anyOf.size() == 1 ? " is " + anyOf.getFirst() : " in " + anyOf);
        }
    }
}
