package dev.gatehouse.auth.keys;

import java.security.GeneralSecurityException;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;

/// A published key. A token that names it must have this very algorithm (RFC 8725 §3.1). Thread-safe.
///
/// @param algorithm the only one it verifies
/// @param verifier verifies
public record VerifyingKey(JWSAlgorithm algorithm, JWSVerifier verifier) {

    static VerifyingKey of(JWK jwk) {
        try {
            JWSVerifier verifier = switch (jwk) {
                case ECKey ec -> SignatureProvider.with(new ECDSAVerifier(ec));
                case RSAKey rsa -> new RSASSAVerifier(rsa);
                case OctetKeyPair edwards -> Edwards.verifier(edwards);
                default -> throw new JOSEException("not a signing key: " + jwk.getKeyType());
            };
            return new VerifyingKey(JWSAlgorithm.parse(jwk.getAlgorithm().getName()), verifier);
        } catch (JOSEException | GeneralSecurityException broken) {
            throw new IllegalStateException("a published key cannot verify", broken);
        }
    }
}
