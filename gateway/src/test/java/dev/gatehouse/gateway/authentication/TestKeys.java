package dev.gatehouse.gateway.authentication;

import java.util.List;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;

/// Key pairs for tests, made once.
public final class TestKeys {

    public static final ECKey EC = ec("ec-1");
    public static final ECKey FOREIGN_EC = ec("ec-1");
    public static final RSAKey RSA = rsa("rsa-1", 2048);

    private TestKeys() {}

    public static ECKey ec(String kid) {
        return ec(kid, Curve.P_256);
    }

    public static ECKey ec(String kid, Curve curve) {
        try {
            return new ECKeyGenerator(curve).keyID(kid).keyUse(KeyUse.SIGNATURE).generate();
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public static RSAKey rsa(String kid, int bits) {
        try {
            return new RSAKeyGenerator(bits, true).keyID(kid).keyUse(KeyUse.SIGNATURE).generate();
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// The JWK Set with the public halves.
    public static String jwks(JWK... keys) {
        return new JWKSet(List.of(keys)).toString(true);
    }
}
