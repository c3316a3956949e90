package dev.gatehouse.gateway.certificate;

import dev.gatehouse.gateway.authentication.Caller;

/// What came of looking at the certificate that a client showed. As coarse towards the client as for tokens: it must not learn which check failed.
public sealed interface Judgement {

    /// The one value where the client showed none.
    None NONE = new None();

    /// The client showed none, or was never asked for one.
    record None() implements Judgement {}

    /// It is good and names this caller.
    record Proven(Caller.Authenticated caller) implements Judgement {}

    /// It is not accepted.
    ///
    /// @param why for the log and never for the client; holds nothing of the certificate
    record Refused(String why) implements Judgement {}
}
