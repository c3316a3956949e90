package dev.gatehouse.gateway.assertion.keys;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Optional;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;

/// Makes and reads keys, and brings them into the one form in which they are kept: P-256, `use: sig`, `alg: ES256`, `kid` the RFC 7638
/// thumbprint, and nothing else. Pure but for the randomness of a new key.
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

    /// The key in its one form, its own `kid` and certificates left out; nothing when it is not for ES256 signatures.
    static Optional<ECKey> read(JWK key) {
        return key instanceof ECKey ec && ec.getCurve().equals(Curve.P_256)
                && (ec.getKeyUse() == null || ec.getKeyUse().equals(KeyUse.SIGNATURE))
                && (ec.getAlgorithm() == null || ec.getAlgorithm().equals(JWSAlgorithm.ES256))
                        ? Optional.of(plain(ec))
                        : Optional.empty();
    }

    private static ECKey plain(ECKey key) {
        ECKey.Builder builder = new ECKey.Builder(key.getCurve(), key.getX(), key.getY());
        if (key.getD() != null) {
            builder.d(key.getD());
        }
        return builder.keyUse(KeyUse.SIGNATURE).algorithm(JWSAlgorithm.ES256).keyID(kid(key)).build();
    }

    /// Whether the key has a private half, and that one belongs to its public half.
    static boolean signs(ECKey key) {
        if (!key.isPrivate()) {
            return false;
        }
        try {
            Signature signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(key.toECPrivateKey());
            signer.update((byte) 7);
            byte[] signature = signer.sign();
            signer.initVerify(key.toECPublicKey());
            signer.update((byte) 7);
            return signer.verify(signature);
        } catch (GeneralSecurityException | JOSEException _) {
            return false;
        }
    }

    static String kid(ECKey key) {
        try {
            return key.computeThumbprint().toString();
        } catch (JOSEException broken) {
            throw new IllegalStateException("every Java platform has SHA-256", broken);
        }
    }
}
