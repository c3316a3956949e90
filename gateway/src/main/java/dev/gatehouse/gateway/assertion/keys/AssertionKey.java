package dev.gatehouse.gateway.assertion.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;

/// Makes keys and brings them into the one form in which they are kept: P-256, `use: sig`, `alg: ES256`, `kid` the RFC 7638 thumbprint, and
/// nothing else. Pure but for the randomness of a new key.
final class AssertionKey {

    private AssertionKey() {}

    /// A new key pair.
    static ECKey generate() {
        try {
            return plain(new ECKeyGenerator(Curve.P_256).generate());
        } catch (JOSEException broken) {
            throw new IllegalStateException("cannot make an ES256 key", broken);
        }
    }

    /// The key with its own `kid` and without members that could mislead, such as certificates.
    static ECKey plain(ECKey key) {
        ECKey.Builder builder = new ECKey.Builder(key.getCurve(), key.getX(), key.getY());
        if (key.getD() != null) {
            builder.d(key.getD());
        }
        return builder.keyUse(KeyUse.SIGNATURE).algorithm(JWSAlgorithm.ES256).keyID(kid(key)).build();
    }

    static String kid(ECKey key) {
        try {
            return key.computeThumbprint().toString();
        } catch (JOSEException broken) {
            throw new IllegalStateException("every Java platform has SHA-256", broken);
        }
    }
}
