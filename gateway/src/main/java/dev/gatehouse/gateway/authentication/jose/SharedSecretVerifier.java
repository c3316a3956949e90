package dev.gatehouse.gateway.authentication.jose;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.gatehouse.gateway.authentication.AuthenticationResult;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Reason;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Source;
import dev.gatehouse.gateway.authentication.IssuerSpec;

/// Decides whether a token is the word of an issuer that shares a secret with us: HS256 and nothing else (RFC 7518 §3.2). No public key is ever used
/// here, and no secret where signatures are verified, so neither can be taken for the other (RFC 8725 §2.1). Thread-safe; does no I/O.
public final class SharedSecretVerifier {

    private static final String MAC = "HmacSHA256";

    private final HeaderRules headers;
    private final ClaimRules claims;
    private final SecretKeySpec key;

    /// A verifier for tokens of this issuer and no other.
    public SharedSecretVerifier(IssuerSpec issuer, IssuerSpec.SharedSecret proof) {
        this.headers = new HeaderRules(Set.of("HS256"), proof.types());
        this.claims = new ClaimRules(issuer);
        this.key = new SecretKeySpec(proof.secret().value().getBytes(StandardCharsets.UTF_8), MAC);
    }

    /// Judges one token at this moment.
    public AuthenticationResult verify(CompactToken.Unverified token, Source source, Instant now) {
        try {
            headers.check(token.header());
            double expiry = claims.check(token.claims(), now);
            if (!MessageDigest.isEqual(mac(token.signingInput()), token.signature())) {
                throw new Refusal("signature: wrong");
            }
            return claims.isCurrent(expiry, now)
                    ? new AuthenticationResult.Proven(claims.caller(token.claims(), expiry), source)
                    : new AuthenticationResult.Refused(Reason.EXPIRED, "exp: past");
        } catch (Refusal refusal) {
            return new AuthenticationResult.Refused(Reason.INVALID, refusal.reason());
        }
    }

    private byte[] mac(byte[] input) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return mac.doFinal(input);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has " + MAC, missing);
        }
    }
}
