package dev.gatehouse.gateway.authorization;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.gatehouse.gateway.authentication.Caller;

/// Conditions on how and when the caller signed in: who fails only these is asked to sign in again (RFC 9470). Immutable.
public sealed interface StepUp extends Condition {

    @Override
    default boolean asksForStepUp() {
        return true;
    }

    /// The claim `acr` (OpenID Connect Core §2) is one of the values.
    ///
    /// @param anyOf in order of preference
    record Acr(List<String> anyOf) implements StepUp {
        /// Copies the list; an empty one is refused, it would let nobody in.
        public Acr {
            anyOf = List.copyOf(anyOf);
            if (anyOf.isEmpty() || anyOf.contains("")) {
                throw new IllegalArgumentException("acr: " + anyOf + " (expected: at least one value)");
            }
        }

        @Override
        public Truth judge(Caller.Authenticated caller, Instant now, Granted granted) {
            return Truth
                    .of(granted != Granted.NOTHING || (caller.claims().get("acr") instanceof String acr && anyOf.contains(acr)));
        }

        @Override
        public String describe() {
            return "acr any of " + anyOf;
        }
    }

    /// The claim `auth_time` (OpenID Connect Core §2) is at most so long ago, without leeway. A token without it, or from the future, does not meet it.
    ///
    /// @param atMost whole seconds, at least one
    record MaxAge(Duration atMost) implements StepUp {

        // 30 s: an issuer's clock may be ahead of ours, but milliseconds where seconds are meant must not look fresh for ever.
        private static final double AHEAD = 30;

        /// Refuses an age that nobody could have.
        public MaxAge {
            if (atMost.toSeconds() < 1 || !atMost.equals(Duration.ofSeconds(atMost.toSeconds()))) {
                throw new IllegalArgumentException("max-age: " + atMost + " (expected: whole seconds, at least one)");
            }
        }

        @Override
        public Truth judge(Caller.Authenticated caller, Instant now, Granted granted) {
            return Truth.of(granted != Granted.NOTHING || isYoungEnough(caller, now));
        }

        private boolean isYoungEnough(Caller.Authenticated caller, Instant now) {
            if (!(caller.claims().get("auth_time") instanceof Number signedInAt)) {
                return false;
            }
            double age = now.getEpochSecond() + now.getNano() / 1e9 - signedInAt.doubleValue();
            return age >= -AHEAD && age <= atMost.toSeconds();
        }

        @Override
        public String describe() {
            return "max-age " + atMost.toSeconds() + "s";
        }
    }
}
