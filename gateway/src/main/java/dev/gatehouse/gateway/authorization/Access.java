package dev.gatehouse.gateway.authorization;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import dev.gatehouse.gateway.authentication.Caller;

/// Who may use a route. Pure and immutable; there is no default, a route without one does not load.
public sealed interface Access {

    /// Decides for one caller. Never blocks; allocates nothing unless the answer is no.
    ///
    /// @param now the time by which the age of a sign-in is judged
    Decision decide(Caller caller, Instant now);

    /// Which conditions a caller fails, for operators and never for callers; empty when none.
    List<String> unmet(Caller caller, Instant now);

    /// The rule in words: `signed-in`, `roles any of [admin]`.
    String describe();

    /// Whether tokens are looked at. Where this is false a token is neither verified nor an obstacle.
    default boolean readsTokens() {
        return true;
    }

    /// Whether a caller can be anybody but [Caller#ANONYMOUS].
    default boolean knowsCallers() {
        return true;
    }

    /// Everybody; credentials are not looked at.
    record Public() implements Access {
        @Override
        public Decision decide(Caller caller, Instant now) {
            return Decision.ALLOWED;
        }

        @Override
        public List<String> unmet(Caller caller, Instant now) {
            return List.of();
        }

        @Override
        public String describe() {
            return "public";
        }

        @Override
        public boolean readsTokens() {
            return false;
        }

        @Override
        public boolean knowsCallers() {
            return false;
        }
    }

    /// Everybody; who brings a token must bring a good one.
    record Anyone() implements Access {
        @Override
        public Decision decide(Caller caller, Instant now) {
            return Decision.ALLOWED;
        }

        @Override
        public List<String> unmet(Caller caller, Instant now) {
            return List.of();
        }

        @Override
        public String describe() {
            return "optional";
        }
    }

    /// Every authenticated caller.
    record SignedIn() implements Access {
        @Override
        public Decision decide(Caller caller, Instant now) {
            return switch (caller) {
                case Caller.Anonymous _ -> Decision.SIGN_IN_NEEDED;
                case Caller.Authenticated _ -> Decision.ALLOWED;
            };
        }

        @Override
        public List<String> unmet(Caller caller, Instant now) {
            return caller instanceof Caller.Authenticated ? List.of() : List.of(describe());
        }

        @Override
        public String describe() {
            return "signed-in";
        }
    }

    /// Those who prove with a client certificate who they are; tokens are not looked at.
    ///
    /// @param anyOf the names of whom it may be, see `certificate.CertificateName`; empty: everybody for whom an authority vouches
    record Certified(List<String> anyOf) implements Access {

        /// Copies the list.
        public Certified {
            anyOf = List.copyOf(anyOf);
        }

        @Override
        public Decision decide(Caller caller, Instant now) {
            return switch (caller) {
                case Caller.Anonymous _ -> Decision.CERTIFICATE_NEEDED;
                case Caller.Authenticated known -> takes(known) ? Decision.ALLOWED : new Decision.Denied("");
            };
        }

        private boolean takes(Caller.Authenticated known) {
            return anyOf.isEmpty() || anyOf.contains(known.subject());
        }

        @Override
        public List<String> unmet(Caller caller, Instant now) {
            return caller instanceof Caller.Authenticated known && takes(known) ? List.of() : List.of(describe());
        }

        @Override
        public String describe() {
            return anyOf.isEmpty() ? "client-certificate" : "client-certificate any of " + anyOf;
        }

        @Override
        public boolean readsTokens() {
            return false;
        }
    }

    /// Authenticated callers who meet a condition. An anonymous caller never does, whatever the condition says.
    ///
    /// @param condition at most [Condition#MAX_SIZE] conditions, nested at most [Condition#MAX_DEPTH] deep
    record Rule(Condition condition) implements Access {

        /// Refuses what is larger than a person can judge.
        public Rule {
            Objects.requireNonNull(condition, "condition");
            if (condition.size() > Condition.MAX_SIZE || condition.depth() > Condition.MAX_DEPTH) {
                throw new IllegalArgumentException("condition: " + condition.size() + " conditions, nested " + condition.depth()
                        + " deep (expected: at most " + Condition.MAX_SIZE + " and " + Condition.MAX_DEPTH + ")");
            }
        }

        @Override
        public Decision decide(Caller caller, Instant now) {
            return switch (caller) {
                case Caller.Anonymous _ -> Decision.SIGN_IN_NEEDED;
                case Caller.Authenticated known when condition.holds(known, now, Condition.Granted.NOTHING) -> Decision.ALLOWED;
                case Caller.Authenticated known -> Refusal.of(condition, known, now);
            };
        }

        @Override
        public List<String> unmet(Caller caller, Instant now) {
            return switch (caller) {
                case Caller.Anonymous _ -> List.of("signed-in");
                case Caller.Authenticated known -> condition.unmet(known, now).toList();
            };
        }

        @Override
        public String describe() {
            return condition.describe();
        }
    }
}
