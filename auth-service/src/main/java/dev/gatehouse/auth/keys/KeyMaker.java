package dev.gatehouse.auth.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Instant;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.sealing.Sealer;
import dev.gatehouse.auth.settings.KeySettings.Algorithm;

/// Makes signing keys and opens them again. Thread-safe; an RSA key takes a part of a second.
@Component
public final class KeyMaker {

    private static final int RSA_BITS = 2048;

    private final Sealer sealer;

    /// Seals with the given sealer.
    ///
    /// @param sealer of the service
    public KeyMaker(Sealer sealer) {
        this.sealer = sealer;
    }

    /// {@return a new key}
    ///
    /// @param algorithm it is for, and for no other
    /// @param state it begins in
    /// @param now the time
    public KeyRecord make(Algorithm algorithm, KeyRecord.State state, Instant now) {
        try {
            JWK key = generate(algorithm);
            byte[] plain = key.toJSONString().getBytes(StandardCharsets.UTF_8);
            return new KeyRecord(key.getKeyID(), algorithm.jwsName(), state, now, key.toPublicJWK().toJSONString(),
                    sealer.seal(plain, purpose(key.getKeyID())));
        } catch (JOSEException | GeneralSecurityException broken) {
            throw new IllegalStateException("cannot make a key for " + algorithm, broken);
        }
    }

    /// {@return whether the key-encryption keys of this service open it}
    ///
    /// @param key with a private half
    public boolean opens(KeyRecord key) {
        return sealer.open(key.sealed(), purpose(key.kid())).isPresent();
    }

    SigningKey open(KeyRecord key) {
        byte[] plain = sealer.open(key.sealed(), purpose(key.kid()))
                .orElseThrow(() -> new IllegalStateException("the active key does not open"));
        try {
            return SigningKey.of(JWK.parse(new String(plain, StandardCharsets.UTF_8)));
        } catch (ParseException | JOSEException | GeneralSecurityException broken) {
            throw new IllegalStateException("the active key is not a JWK", broken);
        }
    }

    private static JWK generate(Algorithm algorithm) throws JOSEException, GeneralSecurityException {
        return switch (algorithm) {
            case ES256 -> new ECKeyGenerator(Curve.P_256).algorithm(JWSAlgorithm.ES256).keyUse(KeyUse.SIGNATURE)
                    .keyIDFromThumbprint(true).generate();
            case RS256, PS256 -> new RSAKeyGenerator(RSA_BITS).algorithm(JWSAlgorithm.parse(algorithm.jwsName()))
                    .keyUse(KeyUse.SIGNATURE).keyIDFromThumbprint(true).generate();
            case EDDSA -> Edwards.generate().algorithm(JWSAlgorithm.EdDSA).keyUse(KeyUse.SIGNATURE).keyIDFromThumbprint().build();
        };
    }

    private static String purpose(String kid) {
        return "signing-key:" + kid;
    }
}
