package dev.gatehouse.gateway.authentication.jose;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.IssuerSpec;

/// Decides whether a token is one issuer's word, good now and meant for us (RFC 7519 §7.2, RFC 8725, RFC 9068 §4). Thread-safe; does no
/// I/O; an unknown key id is an answer, not an error. Cheap checks come first and the signature last but one, so that junk costs little;
/// `exp` comes last, so that "expired" is only ever said of a token that was genuine.
public final class TokenVerifier {

    /// Header members through which a token would bring or point to its own key, or demand or hide processing that is not done here.
    private static final List<String> FORBIDDEN_HEADERS = List.of("crit", "jku", "x5u", "x5c", "jwk", "enc", "zip", "epk", "p2c",
            "p2s");
    private static final double LATEST = 253_402_300_799d; // seconds to the end of year 9999; more is milliseconds by mistake
    private static final int MAX_KID_LENGTH = 256;

    private final IssuerSpec issuer;
    private final Set<String> types;

    /// A verifier for tokens of this issuer and no other.
    public TokenVerifier(IssuerSpec issuer) {
        this.issuer = issuer;
        List<String> folded = new ArrayList<>();
        for (String type : issuer.types()) {
            folded.add(mediaType(type));
        }
        this.types = Set.copyOf(folded);
    }

    /// Judges one token by these keys at this moment.
    public Verification verify(CompactToken.Unverified token, KeySet keys, Instant now) {
        try {
            String algorithm = checkHeader(token.header());
            checkClaims(token.claims(), now);
            double expiry = time(token.claims(), "exp").orElseThrow(() -> new Refusal("exp: missing"));
            return judge(token, algorithm, keys, seconds(now) < expiry + issuer.leeway().toSeconds(), expiry);
        } catch (Refusal refusal) {
            return new Verification.Invalid(refusal.reason());
        }
    }

    private String checkHeader(Map<String, @Nullable Object> header) throws Refusal {
        for (String name : FORBIDDEN_HEADERS) {
            if (header.containsKey(name)) {
                throw new Refusal("header " + name + ": not accepted");
            }
        }
        if (header.containsKey("b64") && !Boolean.TRUE.equals(header.get("b64"))) {
            throw new Refusal("header b64: not accepted"); // RFC 7797 §7: never in a JWT
        }
        if (header.get("cty") instanceof String content && mediaType(content).equals("jwt")) {
            throw new Refusal("header cty: nested token");
        }
        if (!(header.get("typ") instanceof String type) || !types.contains(mediaType(type))) {
            throw new Refusal("header typ: not the issuer's");
        }
        if (!(header.get("alg") instanceof String algorithm) || !issuer.algorithms().contains(algorithm)) {
            throw new Refusal("header alg: not the issuer's");
        }
        return algorithm;
    }

    /// Lower case without `application/`, which may be left out where no other slash is (RFC 7515 §4.1.9).
    private static String mediaType(String type) {
        String folded = type.toLowerCase(Locale.ROOT);
        String rest = folded.startsWith("application/") ? folded.substring("application/".length()) : folded;
        return rest.indexOf('/') >= 0 ? folded : rest;
    }

    private void checkClaims(Map<String, @Nullable Object> claims, Instant now) throws Refusal {
        if (!issuer.issuer().equals(claims.get("iss"))) {
            throw new Refusal("iss: another issuer");
        }
        if (!meantForUs(claims.get("aud"))) {
            throw new Refusal("aud: another audience");
        }
        if (!(claims.get("sub") instanceof String subject) || subject.isEmpty() || !printable(subject)) {
            throw new Refusal("sub: missing or not printable");
        }
        if (claims.containsKey("cnf")) { // RFC 7800, RFC 8705, RFC 9449: whoever only carries the token has proved nothing
            throw new Refusal("cnf: sender-constrained token used as bearer");
        }
        double latest = seconds(now) + issuer.leeway().toSeconds();
        if (time(claims, "nbf").orElse(0d) > latest || time(claims, "iat").orElse(0d) > latest) {
            throw new Refusal("nbf or iat: in the future");
        }
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

    private Verification judge(CompactToken.Unverified token, String algorithm, KeySet keys, boolean current, double expiry)
            throws Refusal {
        Object kid = token.header().get("kid");
        VerificationKey key;
        if (kid instanceof String name && name.length() <= MAX_KID_LENGTH) {
            if (!keys.knows(name)) {
                return new Verification.UnknownKey(name);
            }
            key = keys.find(name, algorithm).orElseThrow(() -> new Refusal("header alg: not the key's"));
        } else if (!token.header().containsKey("kid")) {
            key = keys.only(algorithm).orElseThrow(() -> new Refusal("header kid: missing and not exactly one key fits"));
        } else {
            throw new Refusal("header kid: not a name");
        }
        if (!key.verifies(algorithm, token.signingInput(), token.signature())) {
            throw new Refusal("signature: wrong");
        }
        return current ? new Verification.Verified(caller(token.claims(), expiry), key) : new Verification.Expired();
    }

    private Caller.Authenticated caller(Map<String, @Nullable Object> claims, double expiry) {
        Map<String, Object> present = LinkedHashMap.newLinkedHashMap(claims.size());
        claims.forEach((name, value) -> {
            if (value != null) {
                present.put(name, value);
            }
        });
        return new Caller.Authenticated(issuer.id(), (String) Objects.requireNonNull(claims.get("sub")),
                names(claims.get("roles")),
                words(claims.get("scope")), Instant.ofEpochMilli((long) (expiry * 1000)), Collections.unmodifiableMap(present));
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
