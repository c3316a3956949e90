package dev.gatehouse.gateway.authorization;

import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import dev.gatehouse.gateway.authentication.Caller;

/// Who may use a route. Pure and immutable; there is no default, a route without one does not load.
public sealed interface Access {

    /// Decides for one caller. Never blocks.
    Decision decide(Caller caller);

    /// Whether credentials are looked at at all. Where this is false a token is neither verified nor an obstacle.
    default boolean readsCredentials() {
        return true;
    }

    /// Everybody; credentials are not looked at.
    record Public() implements Access {
        @Override
        public Decision decide(Caller caller) {
            return new Decision.Allowed();
        }

        @Override
        public boolean readsCredentials() {
            return false;
        }
    }

    /// Everybody; who brings a token must bring a good one.
    record Anyone() implements Access {
        @Override
        public Decision decide(Caller caller) {
            return new Decision.Allowed();
        }
    }

    /// Every authenticated caller.
    record SignedIn() implements Access {
        @Override
        public Decision decide(Caller caller) {
            return switch (caller) {
                case Caller.Anonymous _ -> new Decision.SignInNeeded();
                case Caller.Authenticated _ -> new Decision.Allowed();
            };
        }
    }

    /// Authenticated callers who have at least one of the roles.
    record Roles(Set<String> anyOf) implements Access {
        /// Copies the set; an empty one is refused, it would let nobody in.
        public Roles {
            anyOf = sorted("roles", anyOf);
        }

        @Override
        public Decision decide(Caller caller) {
            return switch (caller) {
                case Caller.Anonymous _ -> new Decision.SignInNeeded();
                case Caller.Authenticated known when !Collections.disjoint(anyOf, known.roles()) -> new Decision.Allowed();
                case Caller.Authenticated _ -> new Decision.Denied("");
            };
        }
    }

    /// Authenticated callers who were granted all of the scopes.
    record Scopes(Set<String> allOf) implements Access {
        /// Copies the set; an empty one is refused, it would let everybody in.
        public Scopes {
            allOf = sorted("scopes", allOf);
        }

        @Override
        public Decision decide(Caller caller) {
            return switch (caller) {
                case Caller.Anonymous _ -> new Decision.SignInNeeded();
                case Caller.Authenticated known when known.scopes().containsAll(allOf) -> new Decision.Allowed();
                case Caller.Authenticated _ -> new Decision.Denied(String.join(" ", allOf));
            };
        }
    }

    private static Set<String> sorted(String name, Set<String> values) {
        Objects.requireNonNull(values, name);
        if (values.isEmpty() || values.contains("")) {
            throw new IllegalArgumentException(name + ": " + values + " (expected: at least one name)");
        }
        return Collections.unmodifiableSet(new TreeSet<>(values));
    }
}
