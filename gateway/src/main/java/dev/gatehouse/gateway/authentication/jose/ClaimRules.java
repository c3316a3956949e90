package dev.gatehouse.gateway.authentication.jose;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.IssuerSpec;

/// What one issuer's claims must say (RFC 7519 §4.1, RFC 9068 §4), however they were proved. Thread-safe.
final class ClaimRules {

    private static final double LATEST = 253_402_300_799d; // seconds to the end of year 9999; more is milliseconds by mistake

    private final IssuerSpec issuer;
    private final List<String> required;

    ClaimRules(IssuerSpec issuer) {
        this.issuer = issuer;
        this.required = List.copyOf(issuer.requiredClaims());
    }

    /// Checks everything but whether the token has expired.
    ///
    /// @return `exp`, in seconds
    double check(Map<String, @Nullable Object> claims, Instant now) throws Refusal {
        if (!issuer.issuer().equals(claims.get("iss"))) {
            throw new Refusal("iss: another issuer");
        }
        if (issuer.audiences().isEmpty() ? claims.containsKey("aud") : !meantForUs(claims.get("aud"))) {
            throw new Refusal("aud: another audience");
        }
        if (!(claims.get("sub") instanceof String subject) || subject.isEmpty() || !printable(subject)) {
            throw new Refusal("sub: missing or not printable");
        }
        if (claims.containsKey("cnf")) { // RFC 7800, RFC 8705, RFC 9449: whoever only carries the token has proved nothing
            throw new Refusal("cnf: sender-constrained token used as bearer");
        }
        if (TokenUse.isOther(claims)) {
            throw new Refusal("token_use, typ or events: no access token");
        }
        double latest = seconds(now) + issuer.leeway().toSeconds();
        if (time(claims, "nbf").orElse(0d) > latest || time(claims, "iat").orElse(0d) > latest) {
            throw new Refusal("nbf or iat: in the future");
        }
        for (String name : required) {
            if (claims.get(name) == null) {
                throw new Refusal("required claim: missing");
            }
        }
        return time(claims, "exp").orElseThrow(() -> new Refusal("exp: missing"));
    }

    boolean isCurrent(double expiry, Instant now) {
        return seconds(now) < expiry + issuer.leeway().toSeconds();
    }

    private boolean meantForUs(@Nullable Object audience) throws Refusal {
        if (audience instanceof String single) {
            return issuer.audiences().contains(single);
        }
        boolean found = false;
        if (audience instanceof List<?> several) {
            for (Object one : several) {
                if (!(one instanceof String name)) {
                    throw new Refusal("aud: not strings");
                }
                found |= issuer.audiences().contains(name);
            }
        }
        return found;
    }

    /// No control characters, and no lone surrogates: those of different subjects would look the same once encoded.
    private static boolean printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (Character.isISOControl(character)) {
                return false;
            }
            if (Character.isSurrogate(character)) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(character, text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static Optional<Double> time(Map<String, @Nullable Object> claims, String name) throws Refusal {
        if (!claims.containsKey(name)) {
            return Optional.empty();
        }
        if (claims.get(name) instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= LATEST) {
            return Optional.of(number.doubleValue());
        }
        throw new Refusal(name + ": not a NumericDate");
    }

    private static double seconds(Instant now) {
        return now.getEpochSecond() + now.getNano() / 1e9;
    }

    /// Who the claims speak of, once they have been checked and proved.
    ///
    /// @param claims are the caller's from now on: nobody may change them any more
    Caller.Authenticated caller(Map<String, @Nullable Object> claims, double expiry) {
        return new Caller.Authenticated(issuer.id(), (String) Objects.requireNonNull(claims.get("sub")),
                names(claims.get("roles")),
                words(claims.get("scope")), Instant.ofEpochMilli((long) (expiry * 1000)),
                Collections.unmodifiableMap(present(claims)));
    }

    /// Nearly always as they are.
    @SuppressWarnings("NullAway") // no value of it is null, which NullAway cannot see
    private static Map<String, Object> present(Map<String, @Nullable Object> claims) {
        if (!claims.containsValue(null)) {
            return claims;
        }
        Map<String, Object> present = new LinkedHashMap<>(claims);
        present.values().removeIf(Objects::isNull);
        return present;
    }

    /// A list that holds anything but names grants nothing at all.
    private static List<String> names(@Nullable Object claim) {
        List<String> names = new ArrayList<>();
        if (claim instanceof List<?> values) {
            for (Object value : values) {
                if (!(value instanceof String name) || name.isEmpty()) {
                    return List.of();
                }
                names.add(name);
            }
        }
        return names;
    }

    private static List<String> words(@Nullable Object claim) {
        List<String> words = new ArrayList<>();
        if (claim instanceof String text) {
            int from = 0;
            while (from <= text.length()) {
                int space = text.indexOf(' ', from);
                int to = space < 0 ? text.length() : space;
                if (to > from) {
                    words.add(text.substring(from, to));
                }
                from = to + 1;
            }
        }
        return words;
    }
}
