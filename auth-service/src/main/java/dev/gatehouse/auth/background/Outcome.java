package dev.gatehouse.auth.background;

/// What a [Worker]'s step came to.
public sealed interface Outcome {

    /// There may be more to do at once.
    record More() implements Outcome {}

    /// Nothing more to do for now.
    record Done() implements Outcome {}

    /// It has to be tried again after a pause.
    ///
    /// @param reason for the operator's log, without secrets
    record Failed(String reason) implements Outcome {}
}
