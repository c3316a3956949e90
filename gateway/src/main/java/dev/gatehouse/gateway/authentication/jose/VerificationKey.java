package dev.gatehouse.gateway.authentication.jose;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
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
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;

import dev.gatehouse.gateway.authentication.KeySignature;

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
    private final Map<String, Check> checks; // by algorithm

    private VerificationKey(String kid, String fingerprint, Map<String, Check> checks) {
        this.kid = kid;
        this.fingerprint = fingerprint;
        this.checks = checks;
    }

    /// The key, or nothing when it is not one that may verify signatures here: symmetric, for encryption, too short, of a foreign curve, or
    /// of no allowed algorithm.
    static Optional<VerificationKey> of(JWK jwk, Set<String> allowed, Optional<Provider> provider) throws JOSEException {
        Set<String> algorithms = suitable(jwk, allowed);
        if (algorithms.isEmpty() || !mayVerify(jwk)) {
            return Optional.empty();
        }
        PublicKey key = switch (jwk) {
            case RSAKey rsa -> own(rsa.toRSAPublicKey(), provider);
            case ECKey ec -> own(ec.toECPublicKey(), provider);
            case OctetKeyPair okp -> ed25519(okp);
            default -> throw new IllegalStateException(jwk.getKeyType() + " has no algorithm"); // not reached: suitable() is empty
        };
        Map<String, Check> checks = new HashMap<>();
        algorithms.forEach(algorithm -> checks.put(algorithm, check(algorithm, key, provider)));
        String kid = jwk.getKeyID() == null ? "" : jwk.getKeyID();
        return Optional.of(new VerificationKey(kid, jwk.toPublicJWK().toJSONString(), Map.copyOf(checks)));
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
    private static PublicKey own(PublicKey key, Optional<Provider> provider) throws JOSEException {
        if (provider.isEmpty()) {
            return key;
        }
        try {
            return (PublicKey) KeyFactory.getInstance(key.getAlgorithm(), provider.get()).translateKey(key);
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

    private static Check check(String algorithm, PublicKey key, Optional<Provider> provider) {
        return switch (algorithm.substring(0, 2)) {
            case "RS" -> new Plain(KeySignature.verifying(sha(algorithm) + "withRSA", key, provider));
            case "ES" ->
                new Curves(JWSAlgorithm.parse(algorithm), KeySignature.verifying(sha(algorithm) + "withECDSA", key, provider));
            case "PS" -> Pss.of(algorithm, (RSAPublicKey) key, provider);
            // By the JDK: the keys are its own.
            case "Ed" -> new Plain(KeySignature.verifying("Ed25519", key, Optional.empty()));
            default -> throw new IllegalStateException(algorithm); // not reached: suitable() knows no other
        };
    }

    private static String sha(String algorithm) {
        return "SHA" + algorithm.substring(2);
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
        return checks.containsKey(algorithm);
    }

    /// Whether a token could leave open which of the two is meant.
    boolean collidesWith(VerificationKey other) {
        return kid.equals(other.kid) && checks.keySet().stream().anyMatch(other.checks::containsKey);
    }

    /// Whether the signature is this key's; a malformed signature is simply not.
    boolean verifies(String algorithm, byte[] signingInput, byte[] signature) {
        try {
            Check check = checks.get(algorithm);
            return check != null && check.passes(signingInput, signature);
        } catch (JOSEException | GeneralSecurityException | RuntimeException _) {
            return false; // providers throw for signatures of the wrong shape
        }
    }

    private sealed interface Check {
        boolean passes(byte[] signingInput, byte[] signature) throws JOSEException, GeneralSecurityException;
    }

    private record Plain(KeySignature key) implements Check {
        @Override
        public boolean passes(byte[] signingInput, byte[] signature) throws GeneralSecurityException {
            return key.verify(signingInput, signature);
        }
    }

    /// ECDSA signatures must have RFC 7518 §3.4's fixed length and sound values; DER, which JCA takes, is refused by that.
    private record Curves(JWSAlgorithm algorithm, KeySignature key) implements Check {
        @Override
        public boolean passes(byte[] signingInput, byte[] signature) throws JOSEException, GeneralSecurityException {
            ECDSA.ensureLegalSignature(signature, algorithm);
            return key.verify(signingInput, ECDSA.transcodeSignatureToDER(signature));
        }
    }

    /// By Nimbus, which knows the parameters and what each provider calls the algorithm.
    private record Pss(RSASSAVerifier verifier, JWSHeader header) implements Check {

        static Pss of(String algorithm, RSAPublicKey key, Optional<Provider> provider) {
            RSASSAVerifier verifier = new RSASSAVerifier(key);
            provider.ifPresent(verifier.getJCAContext()::setProvider);
            return new Pss(verifier, new JWSHeader(JWSAlgorithm.parse(algorithm)));
        }

        @Override
        public boolean passes(byte[] signingInput, byte[] signature) throws JOSEException {
            return verifier.verify(header, signingInput, Base64URL.encode(signature));
        }
    }
}
