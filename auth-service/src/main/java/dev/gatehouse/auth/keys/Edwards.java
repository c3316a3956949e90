package dev.gatehouse.auth.keys;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;

/// Ed25519 (RFC 8037) by the JDK: Nimbus would need one more library for it.
final class Edwards {

    private static final String ED25519 = "Ed25519";
    private static final int LENGTH = 32;
    private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100"); // RFC 8410 §4
    private static final byte[] PRIVATE_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420"); // RFC 8410 §7

    private Edwards() {}

    static OctetKeyPair.Builder generate() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance(ED25519).generateKeyPair();
        return new OctetKeyPair.Builder(Curve.Ed25519, last(pair.getPublic().getEncoded()))
                .d(last(pair.getPrivate().getEncoded()));
    }

    static JWSSigner signer(OctetKeyPair key) throws GeneralSecurityException {
        return new Signer(KeyFactory.getInstance(ED25519)
                .generatePrivate(new PKCS8EncodedKeySpec(joined(PRIVATE_PREFIX, key.getDecodedD()))));
    }

    static JWSVerifier verifier(OctetKeyPair key) throws GeneralSecurityException {
        return new Verifier(
                KeyFactory.getInstance(ED25519).generatePublic(new X509EncodedKeySpec(joined(PUBLIC_PREFIX, key.getDecodedX()))));
    }

    private static Base64URL last(byte[] encoded) {
        return Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - LENGTH, encoded.length));
    }

    private static byte[] joined(byte[] prefix, byte[] key) {
        byte[] encoded = Arrays.copyOf(prefix, prefix.length + LENGTH);
        System.arraycopy(key, 0, encoded, prefix.length, LENGTH);
        return encoded;
    }

    private static final class Signer extends BaseJWSProvider implements JWSSigner {

        private final PrivateKey key;

        Signer(PrivateKey key) {
            super(Set.of(JWSAlgorithm.EdDSA));
            this.key = key;
        }

        @Override
        public Base64URL sign(JWSHeader header, byte[] input) throws JOSEException {
            try {
                Signature signature = Signature.getInstance(ED25519);
                signature.initSign(key);
                signature.update(input);
                return Base64URL.encode(signature.sign());
            } catch (GeneralSecurityException broken) {
                throw new JOSEException("cannot sign with Ed25519", broken);
            }
        }
    }

    private static final class Verifier extends BaseJWSProvider implements JWSVerifier {

        private final PublicKey key;

        Verifier(PublicKey key) {
            super(Set.of(JWSAlgorithm.EdDSA));
            this.key = key;
        }

        @Override
        public boolean verify(JWSHeader header, byte[] input, Base64URL signed) throws JOSEException {
            if (header.getCriticalParams() != null) {
                return false; // none is known here (RFC 7515 §4.1.11)
            }
            try {
                Signature signature = Signature.getInstance(ED25519);
                signature.initVerify(key);
                signature.update(input);
                return signature.verify(signed.decode());
            } catch (SignatureException malformed) {
                return false;
            } catch (GeneralSecurityException broken) {
                throw new JOSEException("cannot verify with Ed25519", broken);
            }
        }
    }
}
