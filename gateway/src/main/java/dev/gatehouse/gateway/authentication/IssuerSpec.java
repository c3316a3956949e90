package dev.gatehouse.gateway.authentication;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/// One issuer of `routes.yml`: whose tokens are believed, and under which conditions (RFC 8725). Immutable.
///
/// @param id the name that routes use
/// @param issuer the exact value of `iss`
/// @param jwks where the public keys are: `https:`, `http:` to a loopback address, or `file:`
/// @param audiences the token's `aud` must contain one of these
/// @param algorithms JWS algorithms that are accepted, by their RFC 7518 names; never empty, never `none`, never a MAC
/// @param types accepted values of the JOSE header `typ`, compared without regard to case (RFC 9068 §4)
/// @param leeway tolerance for clocks that differ, at most five minutes
public record IssuerSpec(String id, String issuer, URI jwks, Set<String> audiences, Set<String> algorithms, Set<String> types,
        Duration leeway) {

    /// Checks that every part is present and copies the sets.
    public IssuerSpec {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(issuer, "issuer");
        Objects.requireNonNull(jwks, "jwks");
        audiences = Set.copyOf(audiences);
        algorithms = Set.copyOf(algorithms);
        types = Set.copyOf(types);
        if (audiences.isEmpty() || algorithms.isEmpty() || types.isEmpty()) {
            throw new IllegalArgumentException("issuer " + id + ": audiences, algorithms and typ need at least one value each");
        }
        if (leeway.isNegative() || leeway.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new IllegalArgumentException("leeway: " + leeway + " (expected: 0s to 5m)");
        }
    }
}
