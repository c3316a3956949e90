package dev.gatehouse.gateway.assertion.keys;

import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;

/// One key at work: signs compact JWS with ES256 (RFC 7518 §3.4). Thread-safe; never blocks.
public final class SigningKey {

    /// The JWS type of an assertion.
    public static final String TYPE = "gatehouse-assertion+jwt";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final int SIGNATURE_LENGTH = 86; // 64 bytes in base64url

    private final String kid;
    private final JWSHeader header;
    private final String encodedHeader;
    private final ECDSASigner signer;

    private SigningKey(String kid, ECDSASigner signer) {
        this.kid = kid;
        this.signer = signer;
        this.header = new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType(TYPE)).keyID(kid).build();
        this.encodedHeader = header.toBase64URL().toString() + '.';
    }

    /// @param key a private key on P-256
    /// @param provider signs; empty: the JDK does
    static SigningKey of(ECKey key, Optional<Provider> provider) {
        try {
            // The provider's own form of the key: otherwise it would be converted for each signature.
            ECDSASigner signer = new ECDSASigner(key.toECPrivateKey(provider.orElse(null)), Curve.P_256);
            provider.ifPresent(signer.getJCAContext()::setProvider);
            signer.getJCAContext().setSecureRandom(RANDOM); // otherwise a new one for each signature
            return new SigningKey(AssertionKey.kid(key), signer);
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
        return encodedHeader.length() + (payload.length() * 4 + 2) / 3 + 1 + SIGNATURE_LENGTH;
    }

    /// A compact JWS (RFC 7515 §7.1).
    ///
    /// @param payload ASCII
    public String sign(String payload) {
        String input = encodedHeader + BASE64URL.encodeToString(payload.getBytes(StandardCharsets.ISO_8859_1));
        try {
            return input + '.' + signer.sign(header, input.getBytes(StandardCharsets.ISO_8859_1));
        } catch (JOSEException broken) {
            throw new IllegalStateException("ES256 failed", broken);
        }
    }
}
