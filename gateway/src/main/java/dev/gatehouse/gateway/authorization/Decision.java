package dev.gatehouse.gateway.authorization;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What an [Access] rule says of a caller.
public sealed interface Decision {

    /// The one value of a yes.
    Allowed ALLOWED = new Allowed();
    /// The one value of a question for credentials.
    SignInNeeded SIGN_IN_NEEDED = new SignInNeeded();

    /// The one value of a question for a client certificate.
    CertificateNeeded CERTIFICATE_NEEDED = new CertificateNeeded();

    /// The request may go on.
    record Allowed() implements Decision {}

    /// The route wants to know who is calling and nobody is: 401.
    record SignInNeeded() implements Decision {}

    /// The route wants a client certificate and there is none: 403, since HTTP has no challenge that would ask for one (RFC 9110 §15.5.2).
    record CertificateNeeded() implements Decision {}

    /// The caller may, once signed in again, more recently or by better means: 401 (RFC 9470 §3).
    ///
    /// @param acrValues what the claim `acr` must be, in order of preference; empty when any will do
    /// @param maxAge how long ago the sign-in may be, in whole seconds; empty when its age does not matter
    record StepUpNeeded(List<String> acrValues, Optional<Duration> maxAge) implements Decision {

        /// Copies the list.
        public StepUpNeeded {
            acrValues = List.copyOf(acrValues);
        }
    }

    /// The caller is known and may not: 403.
    ///
    /// @param missingScopes scopes that would have to be granted (RFC 6750 §3.1), space separated; empty when scopes are not the reason, or not the
    ///     only one
    record Denied(String missingScopes) implements Decision {}
}
