package dev.gatehouse.gateway.authentication;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// One issuer of `routes.yml`: whose tokens are believed, and under which conditions (RFC 8725). Immutable.
///
/// @param id the name that routes use
/// @param issuer the exact value of `iss`
/// @param proof how a token proves to be the issuer's
/// @param audiences the token's `aud` must contain one of these; none: it must have no `aud`, which only [SharedSecret] may ask for
/// @param requiredClaims claims that a token must have, whatever they say
/// @param cookie the cookie in which a token may come instead of `Authorization`
/// @param leeway tolerance for clocks that differ, at most five minutes
public record IssuerSpec(String id, String issuer, Proof proof, Set<String> audiences, Set<String> requiredClaims,
        Optional<String> cookie, Duration leeway) {

    /// Stands for a header `typ` that is missing: some issuers sign access tokens without.
    public static final String NO_TYPE = "absent";

    /// How long an issuer's last good keys are believed, unless it says otherwise.
    public static final Duration MAX_STALE = Duration.ofHours(1);

    /// The most tolerance for clocks that an issuer may have.
    static final Duration MOST_LEEWAY = Duration.ofMinutes(5);

    /// Checks that every part is present and copies the sets.
    public IssuerSpec {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(issuer, "issuer");
        Objects.requireNonNull(proof, "proof");
        audiences = Set.copyOf(audiences);
        requiredClaims = Set.copyOf(requiredClaims);
        if (audiences.isEmpty() && !(proof instanceof SharedSecret)) {
            throw new IllegalArgumentException("issuer " + id + ": audiences: none (expected: at least one)");
        }
        if (leeway.isNegative() || leeway.compareTo(MOST_LEEWAY) > 0) {
            throw new IllegalArgumentException("leeway: " + leeway + " (expected: 0s to 5m)");
        }
    }

    /// An issuer of signed tokens that says nothing but what it must.
    public IssuerSpec(String id, String issuer, URI jwks, Set<String> audiences, Set<String> algorithms, Set<String> types,
            Duration leeway) {
        this(id, issuer, new Signature(jwks, algorithms, types, MAX_STALE), audiences, Set.of(), Optional.empty(), leeway);
    }

    /// How a token proves to be the issuer's.
    public sealed interface Proof {}

    /// By a signature that is checked here.
    ///
    /// @param jwks where the public keys are: `https:`, `http:` to a loopback address, or `file:`
    /// @param algorithms JWS algorithms that are accepted, by their RFC 7518 names; never empty, never `none`, never a MAC
    /// @param types accepted values of the JOSE header `typ`, compared without regard to case (RFC 9068 §4); [#NO_TYPE]: it may be missing
    /// @param maxStale how long the last good keys are believed when the issuer cannot be asked
    public record Signature(URI jwks, Set<String> algorithms, Set<String> types, Duration maxStale) implements Proof {

        /// Checks that every part is present and copies the sets.
        public Signature {
            Objects.requireNonNull(jwks, "jwks");
            algorithms = Set.copyOf(algorithms);
            types = Set.copyOf(types);
            if (algorithms.isEmpty() || types.isEmpty()) {
                throw new IllegalArgumentException("algorithms and typ: none (expected: at least one value each)");
            }
            if (maxStale.compareTo(Duration.ofMinutes(1)) < 0 || maxStale.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("max-stale: " + maxStale + " (expected: 1m to 24h)");
            }
        }
    }

    /// By HS256 under a secret that everybody who checks such tokens shares, and could make them with: for older issuers. Routes take them only
    /// where they name the issuer.
    ///
    /// @param secret at least 32 bytes in UTF-8 (RFC 7518 §3.2)
    /// @param types as for [Signature]
    public record SharedSecret(ClientSecret secret, Set<String> types) implements Proof {

        private static final int SHORTEST = 32;

        /// Refuses a secret that could be guessed and copies the set.
        public SharedSecret {
            types = Set.copyOf(types);
            if (secret.value().getBytes(StandardCharsets.UTF_8).length < SHORTEST) {
                throw new IllegalArgumentException("secret: too short (expected: at least " + SHORTEST + " bytes)");
            }
        }
    }

    /// By what the issuer says when it is asked (RFC 7662).
    ///
    /// @param url where it is asked: `https:`, or `http:` to a loopback address
    /// @param clientId who we are there
    /// @param clientSecret what proves it
    /// @param auth how that is said (RFC 6749 §2.3.1)
    /// @param timeout how long a request waits for an answer
    /// @param cache how long a good answer counts; never longer than the token
    /// @param negativeCache how long a refusal counts
    public record Introspection(URI url, String clientId, ClientSecret clientSecret, ClientAuthentication auth, Duration timeout,
            Duration cache, Duration negativeCache) implements Proof {

        /// Refuses absent parts and times without end.
        public Introspection {
            Objects.requireNonNull(url, "url");
            Objects.requireNonNull(clientId, "clientId");
            Objects.requireNonNull(clientSecret, "clientSecret");
            Objects.requireNonNull(auth, "auth");
            if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new IllegalArgumentException("timeout: " + timeout + " (expected: 1ms to 1m)");
            }
            if (cache.isNegative() || negativeCache.isNegative()) {
                throw new IllegalArgumentException("cache: " + cache + ", " + negativeCache + " (expected: 0s or more)");
            }
        }
    }

    /// How a client says who it is (RFC 6749 §2.3.1).
    public enum ClientAuthentication {
        /// In `Authorization`.
        BASIC,
        /// In the form.
        POST
    }
}
