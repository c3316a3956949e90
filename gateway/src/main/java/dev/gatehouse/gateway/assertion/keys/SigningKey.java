package dev.gatehouse.gateway.assertion.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.jwk.ECKey;

import dev.gatehouse.gateway.authentication.KeySignature;

/// One key at work: signs compact JWS with ES256 (RFC 7518 §3.4). Thread-safe; never blocks.
public final class SigningKey {

    /// The JWS type of an assertion.
    public static final String TYPE = "gatehouse-assertion+jwt";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final int SIGNATURE_BYTES = 64;
    private static final int SIGNATURE_LENGTH = 86; // in base64url

    private final String kid;
    private final byte[] encodedHeader; // with its dot
    private final KeySignature signature;

    private SigningKey(String kid, KeySignature signature) {
        this.kid = kid;
        this.signature = signature;
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType(TYPE)).keyID(kid).build();
        this.encodedHeader = (header.toBase64URL().toString() + '.').getBytes(StandardCharsets.ISO_8859_1);
    }

    /// @param key a private key on P-256
    /// @param provider signs; empty: the JDK does
    static SigningKey of(ECKey key, Optional<Provider> provider) {
        try {
            // The provider's own form of the key: otherwise it would be converted for each signature.
            return new SigningKey(AssertionKey.kid(key),
                    KeySignature.signing("SHA256withECDSA", key.toECPrivateKey(provider.orElse(null)), provider, RANDOM));
        } catch (JOSEException unusable) {
            throw new IllegalArgumentException("not a private key on P-256", unusable);
        }
    }

    /// RFC 7638 thumbprint.
    public String kid() {
        return kid;
    }

    /// The length of what [#sign] would give.
    ///
    /// @param payload ASCII
    public int length(String payload) {
        return encodedHeader.length + (payload.length() * 4 + 2) / 3 + 1 + SIGNATURE_LENGTH;
    }

    /// A compact JWS (RFC 7515 §7.1).
    ///
    /// @param payload ASCII
    public String sign(String payload) {
        byte[] claims = BASE64URL.encode(payload.getBytes(StandardCharsets.ISO_8859_1));
        int signed = encodedHeader.length + claims.length;
        byte[] token = Arrays.copyOf(encodedHeader, signed + 1 + SIGNATURE_LENGTH);
        System.arraycopy(claims, 0, token, encodedHeader.length, claims.length);
        token[signed] = '.';
        System.arraycopy(BASE64URL.encode(signature(token, signed)), 0, token, signed + 1, SIGNATURE_LENGTH);
        return new String(token, StandardCharsets.ISO_8859_1);
    }

    private byte[] signature(byte[] input, int length) {
        try {
            return ECDSA.transcodeSignatureToConcat(signature.sign(input, length), SIGNATURE_BYTES);
        } catch (JOSEException | GeneralSecurityException broken) {
            throw new IllegalStateException("ES256 failed", broken);
        }
    }
}
