package dev.gatehouse.auth.keys;

import java.security.GeneralSecurityException;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;

/// The key that signs, for one algorithm. `toString()` hides it. Thread-safe.
///
/// @param kid as tokens and the JWK set name it
/// @param algorithm the only one it is used with
/// @param signer signs
public record SigningKey(String kid, JWSAlgorithm algorithm, JWSSigner signer) {

    static SigningKey of(JWK jwk) throws JOSEException, GeneralSecurityException {
        JWSSigner signer = switch (jwk) {
            case ECKey ec -> SignatureProvider.with(new ECDSASigner(ec));
            case RSAKey rsa -> new RSASSASigner(rsa);
            case OctetKeyPair edwards -> Edwards.signer(edwards);
            default -> throw new JOSEException("not a signing key: " + jwk.getKeyType());
        };
        return new SigningKey(jwk.getKeyID(), JWSAlgorithm.parse(jwk.getAlgorithm().getName()), signer);
    }

    @Override
    public String toString() {
        return "SigningKey[" + algorithm + "]";
    }
}
