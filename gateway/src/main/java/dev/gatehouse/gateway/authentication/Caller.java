package dev.gatehouse.gateway.authentication;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Who a request comes from, as far as the gateway could prove it. Immutable.
public sealed interface Caller {

    /// In place of an issuer's id where a client certificate has proven the caller; no issuer can have it.
    String CERTIFICATE = "certificate:";

    /// The one value of a caller who brought no token, or whose token the route did not ask for.
    Anonymous ANONYMOUS = new Anonymous();

    /// Nobody in particular.
    record Anonymous() implements Caller {}

    /// The subject of a token that passed every check of its issuer (RFC 7519 §4.1), or whom a client certificate names.
    ///
    /// @param issuerId the issuer's id in `routes.yml`, or [#CERTIFICATE]
    /// @param subject `sub`, or the certificate's name; never empty
    /// @param roles `roles`, in the token's order
    /// @param scopes `scope` (RFC 8693 §4.2), in the token's order
    /// @param expiresAt `exp`
    /// @param claims all claims of the token, as JSON values; unmodifiable
    record Authenticated(String issuerId, String subject, List<String> roles, List<String> scopes, Instant expiresAt,
            Map<String, Object> claims) implements Caller {

        /// Copies the lists; the map must already be unmodifiable.
        public Authenticated {
            Objects.requireNonNull(issuerId, "issuerId");
            Objects.requireNonNull(expiresAt, "expiresAt");
            Objects.requireNonNull(claims, "claims");
            if (subject.isEmpty()) {
                throw new IllegalArgumentException("subject: empty (expected: a claim sub with a value)");
            }
            roles = List.copyOf(roles);
            scopes = List.copyOf(scopes);
        }

        /// The claim's value when it is a non-empty string.
        public Optional<String> text(String claim) {
            return claims.get(claim) instanceof String value && !value.isEmpty() ? Optional.of(value) : Optional.empty();
        }

        /// `sid`: the session that the token belongs to, if it names one.
        public Optional<String> sessionId() {
            return text("sid");
        }
    }
}
