package dev.gatehouse.gateway.change;

import java.util.Objects;

/// One difference in meaning. Immutable.
///
/// @param effect how it matters, the gravest first
/// @param about whether it is about a `route`, an `issuer` or the `file`
/// @param name the route's or issuer's id; empty for the file
/// @param text the difference in a sentence without a full stop: `route admin lost role admin`
public record Change(Effect effect, String about, String name, String text) {

    /// Refuses absent parts.
    public Change {
        Objects.requireNonNull(effect, "effect");
        Objects.requireNonNull(about, "about");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(text, "text");
    }

    static Change route(Effect effect, String id, String text) {
        return new Change(effect, "route", id, "route " + id + " " + text);
    }

    static Change issuer(Effect effect, String id, String text) {
        return new Change(effect, "issuer", id, "issuer " + id + " " + text);
    }

    /// Whether requests may pass, or reach somebody, that did not before.
    public boolean widens() {
        return effect == Effect.WIDENS;
    }

    /// How a change matters.
    public enum Effect {
        /// A request that was refused may be forwarded now, a token is believed that was not, or somebody gets to see what they did not: a token, or requests
        /// beside the upstream. Another upstream in the place of one counts for what it sees of requests as the same.
        WIDENS("widens access"),
        /// Nobody gets in who did not, but a protection is weaker.
        WEAKENS("weakens"),
        /// Requests that were forwarded may be refused now.
        NARROWS("narrows access"),
        /// Anything else.
        CHANGES("changes");

        private final String label;

        Effect(String label) {
            this.label = label;
        }

        /// The effect in a word or two.
        public String label() {
            return label;
        }
    }
}
