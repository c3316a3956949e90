package dev.gatehouse.gateway.assertion.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;

/// The keys of one moment, ready to be used: the signer, and the JWK Set (RFC 7517 §5) as it is sent. Immutable.
public final class KeySnapshot {

    private final Keys keys;
    private final SigningKey signer;
    private final byte[] jwks;
    private final String etag;

    private KeySnapshot(Keys keys, SigningKey signer) {
        this.keys = keys;
        this.signer = signer;
        this.jwks = new JWKSet(List.<JWK>copyOf(keys.published())).toString(true).getBytes(StandardCharsets.UTF_8);
        this.etag = etag(jwks);
    }

    static KeySnapshot of(Keys keys, Optional<Provider> provider) {
        return new KeySnapshot(keys, SigningKey.of(keys.signer(), provider));
    }

    /// The same when nothing has changed. A signer that stays is the same object: what it signed stays remembered.
    KeySnapshot with(Keys newer, Optional<Provider> provider) {
        if (newer.equals(keys)) {
            return this;
        }
        return new KeySnapshot(newer, newer.signer().equals(keys.signer()) ? signer : SigningKey.of(newer.signer(), provider));
    }

    /// Who signs.
    public SigningKey signer() {
        return signer;
    }

    /// The JWK Set with public members only, in UTF-8; not to be changed.
    public byte[] jwks() {
        return jwks;
    }

    /// A strong validator of the set (RFC 9110 §8.8.3), quotes included.
    public String etag() {
        return etag;
    }

    /// The key ids in the set.
    public List<String> kids() {
        return keys.published().stream().map(JWK::getKeyID).toList();
    }

    private static String etag(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(digest).substring(0, 22) + '"';
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
