package dev.gatehouse.gateway.authentication.jose;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;

/// One public key of an issuer together with the algorithms it may be used with: those of its own type, curve and `alg` that the issuer's
/// `algorithms` list allows (RFC 8725 §3.1, §3.2). Thread-safe. Two readings of an unchanged key give one and the same object, see [KeySet].
public final class VerificationKey {

    private static final Set<String> RSA = Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");
    private static final Set<String> ED25519 = Set.of("EdDSA", "Ed25519"); // the second name is RFC 9864's
    private static final Set<KeyOperation> SIGNATURE_WORK = Set.of(KeyOperation.VERIFY, KeyOperation.SIGN);
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 8192; // a verification must stay a matter of microseconds
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100"); // SubjectPublicKeyInfo, RFC 8410 §4

    private final String kid;
    private final String fingerprint;
    private final Set<String> algorithms;
    private final Check check;

    private VerificationKey(String kid, String fingerprint, Set<String> algorithms, Check check) {
        this.kid = kid;
        this.fingerprint = fingerprint;
        this.algorithms = algorithms;
        this.check = check;
    }

    /// The key, or nothing when it is not one that may verify signatures here: symmetric, for encryption, too short, of a foreign curve, or
    /// of no allowed algorithm.
    static Optional<VerificationKey> of(JWK jwk, Set<String> allowed, Optional<Provider> provider) throws JOSEException {
        Set<String> algorithms = suitable(jwk, allowed);
        if (algorithms.isEmpty() || !mayVerify(jwk)) {
            return Optional.empty();
        }
        Check check = switch (jwk) {
            case RSAKey rsa ->
                Nimbus.of(new RSASSAVerifier(own(rsa.toRSAPublicKey(), RSAPublicKey.class, provider)), algorithms, provider);
            case ECKey ec ->
                Nimbus.of(new ECDSAVerifier(own(ec.toECPublicKey(), ECPublicKey.class, provider)), algorithms, provider);
            case OctetKeyPair okp -> new Edwards(ed25519(okp));
            default -> throw new IllegalStateException(jwk.getKeyType() + " has no algorithm"); // not reached: suitable() is empty
        };
        String kid = jwk.getKeyID() == null ? "" : jwk.getKeyID();
        return Optional.of(new VerificationKey(kid, jwk.toPublicJWK().toJSONString(), algorithms, check));
    }

    /// A key that is for other work too (`key_ops` with `decrypt` or `wrapKey`, RFC 7517 §4.3) is not taken for either.
    private static boolean mayVerify(JWK jwk) {
        KeyUse use = jwk.getKeyUse();
        Set<KeyOperation> operations = jwk.getKeyOperations();
        return (use == null || use.equals(KeyUse.SIGNATURE)) && (operations == null
                || (operations.contains(KeyOperation.VERIFY) && SIGNATURE_WORK.containsAll(operations)));
    }

    private static Set<String> suitable(JWK jwk, Set<String> allowed) {
        Set<String> own = switch (jwk) {
            case RSAKey rsa when soundRsa(rsa) -> RSA;
            case ECKey ec when ec.getCurve().equals(Curve.P_256) -> Set.of("ES256");
            case ECKey ec when ec.getCurve().equals(Curve.P_384) -> Set.of("ES384");
            case ECKey ec when ec.getCurve().equals(Curve.P_521) -> Set.of("ES512");
            case OctetKeyPair okp when okp.getCurve().equals(Curve.Ed25519) && okp.getDecodedX().length == 32 -> ED25519;
            default -> Set.of();
        };
        List<String> algorithms = new ArrayList<>();
        for (String algorithm : own) {
            if (allowed.contains(algorithm) && (jwk.getAlgorithm() == null || jwk.getAlgorithm().getName().equals(algorithm))) {
                algorithms.add(algorithm);
            }
        }
        return Set.copyOf(algorithms);
    }

    private static boolean soundRsa(RSAKey rsa) {
        int bits = rsa.getModulus().decodeToBigInteger().bitLength();
        BigInteger exponent = rsa.getPublicExponent().decodeToBigInteger();
        return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS && exponent.testBit(0) && exponent.bitLength() >= 2;
    }

    /// The key in the provider's own form. It would bring any other into it again for each signature, which costs as much as the check itself.
    private static <K extends PublicKey> K own(K key, Class<K> type, Optional<Provider> provider) throws JOSEException {
        if (provider.isEmpty()) {
            return key;
        }
        try {
            return type.cast(KeyFactory.getInstance(key.getAlgorithm(), provider.get()).translateKey(key));
        } catch (GeneralSecurityException failure) {
            throw new JOSEException("not a key of " + provider.get().getName(), failure);
        }
    }

    private static PublicKey ed25519(OctetKeyPair okp) throws JOSEException {
        byte[] encoded = new byte[ED25519_PREFIX.length + 32];
        System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
        System.arraycopy(okp.getDecodedX(), 0, encoded, ED25519_PREFIX.length, 32);
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException failure) {
            throw new JOSEException("not an Ed25519 key", failure);
        }
    }

    /// `kid`, or the empty string.
    public String kid() {
        return kid;
    }

    /// The whole public key with its `kid`, `alg` and `use`, in one spelling.
    String fingerprint() {
        return fingerprint;
    }

    boolean suits(String algorithm) {
        return algorithms.contains(algorithm);
    }

    /// Whether a token could leave open which of the two is meant.
    boolean collidesWith(VerificationKey other) {
        return kid.equals(other.kid) && algorithms.stream().anyMatch(other.algorithms::contains);
    }

    /// Whether the signature is this key's; a malformed signature is simply not.
    boolean verifies(String algorithm, byte[] signingInput, byte[] signature) {
        try {
            return suits(algorithm) && check.passes(algorithm, signingInput, signature);
        } catch (JOSEException | GeneralSecurityException | RuntimeException _) {
            return false; // providers throw for signatures of the wrong shape
        }
    }

    private sealed interface Check {
        boolean passes(String algorithm, byte[] signingInput, byte[] signature) throws JOSEException, GeneralSecurityException;
    }

    /// ECDSA signatures must have RFC 7518 §3.4's fixed length and sound values; DER is refused by that.
    private record Nimbus(JWSVerifier verifier, Map<String, JWSHeader> headers) implements Check {

        static Nimbus of(JWSVerifier verifier, Set<String> algorithms, Optional<Provider> provider) {
            provider.ifPresent(verifier.getJCAContext()::setProvider);
            Map<String, JWSHeader> headers = new HashMap<>();
            algorithms.forEach(algorithm -> headers.put(algorithm, new JWSHeader(JWSAlgorithm.parse(algorithm))));
            return new Nimbus(verifier, Map.copyOf(headers));
        }

        @Override
        public boolean passes(String algorithm, byte[] signingInput, byte[] signature) throws JOSEException {
            return verifier.verify(headers.get(algorithm), signingInput, new Decoded(signature));
        }
    }

    /// A signature that was decoded when its token was read: encoding it again, for a verifier that decodes it, would take a seventh of the check's time.
    private static final class Decoded extends Base64URL {

        private static final long serialVersionUID = 1L;

        private final transient byte[] octets;

        Decoded(byte[] octets) {
            super("");
            this.octets = octets;
        }

        @Override
        public byte[] decode() {
            return octets;
        }
    }

    /// By the JDK itself: Nimbus would need one more library for it.
    private record Edwards(PublicKey key) implements Check {
        @Override
        public boolean passes(String algorithm, byte[] signingInput, byte[] signature) throws GeneralSecurityException {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(signingInput);
            return verifier.verify(signature);
        }
    }
}
