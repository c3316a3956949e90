package dev.gatehouse.gateway.authentication.jose;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.IssuerSpec;

/// Decides whether a token is one issuer's word, good now and meant for us (RFC 7519 §7.2, RFC 8725, RFC 9068 §4). Thread-safe; does no
/// I/O; an unknown key id is an answer, not an error. Cheap checks come first and the signature last but one, so that junk costs little;
/// `exp` comes last, so that "expired" is only ever said of a token that was genuine.
public final class TokenVerifier {

    /// Header members through which a token would bring or point to its own key, or demand or hide processing that is not done here.
    private static final List<String> FORBIDDEN_HEADERS = List.of("crit", "jku", "x5u", "x5c", "jwk", "enc", "zip", "epk", "p2c",
            "p2s");
    private static final int MAX_KID_LENGTH = 256;

    private final ClaimRules claims;
    private final Set<String> algorithms;
    private final Set<String> types;
    private final boolean typeMayBeAbsent;

    /// A verifier for tokens of this issuer and no other.
    public TokenVerifier(IssuerSpec issuer, IssuerSpec.Signature proof) {
        this.claims = new ClaimRules(issuer);
        this.algorithms = proof.algorithms();
        List<String> folded = new ArrayList<>();
        for (String type : proof.types()) {
            folded.add(mediaType(type));
        }
        this.typeMayBeAbsent = folded.remove(IssuerSpec.NO_TYPE);
        this.types = Set.copyOf(folded);
    }

    /// Judges one token by these keys at this moment.
    public Verification verify(CompactToken.Unverified token, KeySet keys, Instant now) {
        try {
            String algorithm = checkHeader(token.header());
            double expiry = claims.check(token.claims(), now);
            return judge(token, algorithm, keys, claims.isCurrent(expiry, now), expiry);
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
        if (!isTypeGood(header)) {
            throw new Refusal("header typ: not the issuer's");
        }
        if (!(header.get("alg") instanceof String algorithm) || !algorithms.contains(algorithm)) {
            throw new Refusal("header alg: not the issuer's");
        }
        return algorithm;
    }

    private boolean isTypeGood(Map<String, @Nullable Object> header) {
        return header.containsKey("typ")
                ? header.get("typ") instanceof String type && types.contains(mediaType(type))
                : typeMayBeAbsent;
    }

    /// Lower case without `application/`, which may be left out where no other slash is (RFC 7515 §4.1.9).
    private static String mediaType(String type) {
        String folded = type.toLowerCase(Locale.ROOT);
        String rest = folded.startsWith("application/") ? folded.substring("application/".length()) : folded;
        return rest.indexOf('/') >= 0 ? folded : rest;
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
        return current ? new Verification.Verified(claims.caller(token.claims(), expiry), key) : new Verification.Expired();
    }
}
