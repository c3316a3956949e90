package dev.gatehouse.gateway.authentication.jose;

import java.time.Instant;

import dev.gatehouse.gateway.authentication.IssuerSpec;

/// Decides whether a token is one issuer's word, good now and meant for us (RFC 7519 §7.2, RFC 8725, RFC 9068 §4). Thread-safe; does no
/// I/O; an unknown key id is an answer, not an error. Cheap checks come first and the signature last but one, so that junk costs little;
/// `exp` comes last, so that "expired" is only ever said of a token that was genuine.
public final class TokenVerifier {

    private static final int MAX_KID_LENGTH = 256;

    private final ClaimRules claims;
    private final HeaderRules headers;

    /// A verifier for tokens of this issuer and no other.
    public TokenVerifier(IssuerSpec issuer, IssuerSpec.Signature proof) {
        this.claims = new ClaimRules(issuer);
        this.headers = new HeaderRules(proof.algorithms(), proof.types());
    }

    /// Judges one token by these keys at this moment.
    public Verification verify(CompactToken.Unverified token, KeySet keys, Instant now) {
        try {
            String algorithm = headers.check(token.header());
            double expiry = claims.check(token.claims(), now);
            return judge(token, algorithm, keys, claims.isCurrent(expiry, now), expiry);
        } catch (Refusal refusal) {
            return new Verification.Invalid(refusal.reason());
        }
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
