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

    /// What a caller's token tells of it. Never blocks, allocates nothing.
    Truth judge(Caller.Authenticated caller, Instant now, Granted granted);

    /// Whether a caller is known to meet it.
    default boolean holds(Caller.Authenticated caller, Instant now, Granted granted) {
        return judge(caller, now, granted) == Truth.YES;
    }

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
        return switch (judge(caller, now, Granted.NOTHING)) {
            case YES -> Stream.of();
            case NO -> Stream.of(describe());
            case UNKNOWN -> Stream.of(describe() + " (a claim has another form)");
        };
    }

    /// At least one of the roles. A claim `roles` that is no list of names tells nothing.
    record Roles(Names anyOf) implements Condition {
        @Override
        public Truth judge(Caller.Authenticated caller, Instant now, Granted granted) {
            return anyOf.meet(caller.roles())
                    ? Truth.YES
                    : !caller.roles().isEmpty() || isEmptyList(caller.claims().get("roles")) ? Truth.NO : Truth.UNKNOWN;
        }

        /// Whoever has read the claim has found no name in it.
        private static boolean isEmptyList(@Nullable Object claim) {
            return claim == null || (claim instanceof List<?> values && values.isEmpty());
        }

        @Override
        public String describe() {
            return "roles any of " + anyOf;
        }
    }

    /// All of the scopes. A claim `scope` that is not made of scope tokens and spaces (RFC 6749 §3.3) tells nothing of those that it seems to lack.
    record Scopes(Names allOf) implements Condition {
        @Override
        public Truth judge(Caller.Authenticated caller, Instant now, Granted granted) {
            return granted == Granted.STEP_UP_AND_SCOPES || allOf.areAllIn(caller.scopes())
                    ? Truth.YES
                    : isScope(caller.claims().get("scope")) ? Truth.NO : Truth.UNKNOWN;
        }

        private static boolean isScope(@Nullable Object claim) {
            if (!(claim instanceof String text)) {
                return claim == null;
            }
            for (int i = 0; i < text.length(); i++) {
                char character = text.charAt(i);
                if (character < ' ' || character > '~' || character == '"' || character == '\\') {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String describe() {
            return "scopes all of " + allOf;
        }
    }

    /// The top-level claim has one of the values, or is a list that holds one of them. A claim that is absent has none. One of another JSON type than any of the
    /// values, or a list with such a thing in it, tells nothing.
    record Claim(String name, List<ClaimValue> anyOf) implements Condition {
        /// Copies the list; an empty one is refused, it would let nobody in.
        public Claim {
            anyOf = List.copyOf(anyOf);
            if (name.isEmpty() || anyOf.isEmpty()) {
                throw new IllegalArgumentException("claim: '" + name + "' in " + anyOf + " (expected: a name and a value)");
            }
        }

        @Override
        public Truth judge(Caller.Authenticated caller, Instant now, Granted granted) {
            Object claim = caller.claims().get(name);
            return claim instanceof List<?> values ? anyOf(values) : claim == null ? Truth.NO : isOne(claim);
        }

        private Truth anyOf(List<?> values) {
            Truth any = Truth.NO;
            for (int i = 0; i < values.size(); i++) {
                Truth one = isOne(values.get(i));
                if (one == Truth.YES) {
                    return Truth.YES;
                }
                any = one == Truth.UNKNOWN ? Truth.UNKNOWN : any;
            }
            return any;
        }

        private Truth isOne(@Nullable Object value) {
            Truth any = Truth.UNKNOWN;
            for (int i = 0; i < anyOf.size(); i++) {
                Truth one = anyOf.get(i).judge(value);
                if (one == Truth.YES) {
                    return Truth.YES;
                }
                any = one == Truth.NO ? Truth.NO : any;
            }
            return any;
        }

        @Override
        public String describe() {
            return "claim " + name + (anyOf.size() == 1 ? " is " + anyOf.getFirst() : " in " + anyOf);
        }
    }
}
