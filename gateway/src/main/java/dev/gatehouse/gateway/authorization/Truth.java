package dev.gatehouse.gateway.authorization;

/// What a token tells of a [Condition], in Kleene's logic of three values: a claim that has not the form in which it is understood proves neither
/// that the caller is what the condition says, nor that it is not.
public enum Truth {
    /// The condition holds.
    YES,
    /// It does not.
    NO,
    /// The token does not tell; nobody is let in by that, nor by its opposite.
    UNKNOWN;

    /// What a question tells that has an answer.
    static Truth of(boolean holds) {
        return holds ? YES : NO;
    }

    /// What holds when this does not.
    Truth opposite() {
        return switch (this) {
            case YES -> NO;
            case NO -> YES;
            case UNKNOWN -> UNKNOWN;
        };
    }
}
