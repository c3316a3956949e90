package dev.gatehouse.gateway.authentication;

/// What came of looking at a request's credentials. The reasons stay coarse on purpose: a caller must not learn which check of a token failed.
public sealed interface AuthenticationResult {

    /// The credentials prove this caller.
    ///
    /// @param source where they came from; a browser adds a cookie by itself, whoever made it send the request
    record Proven(Caller.Authenticated caller, Source source) implements AuthenticationResult {}

    /// The request carries no credentials at all.
    record Missing() implements AuthenticationResult {}

    /// The request carries credentials in a way that two parties could read differently, such as two `Authorization` fields.
    record Ambiguous() implements AuthenticationResult {}

    /// The credentials were looked at and refused.
    ///
    /// @param detail which check refused, for the log and never for the caller; holds nothing of the token
    record Refused(Reason reason, String detail) implements AuthenticationResult {}

    /// No judgement is possible now: the issuer's keys are not known, or too old to be trusted.
    record Unavailable() implements AuthenticationResult {}

    /// Where a token came from.
    enum Source {
        /// `Authorization`, or both.
        HEADER,
        /// A cookie alone.
        COOKIE
    }

    /// Why credentials were refused; as much as a caller may know.
    enum Reason {
        /// Anything but the two below: malformed, forged, foreign, not yet valid, for another audience.
        INVALID,
        /// Valid in every respect but `exp`.
        EXPIRED,
        /// Valid, but its session has been ended.
        REVOKED
    }
}
