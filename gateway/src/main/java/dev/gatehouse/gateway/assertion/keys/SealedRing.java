package dev.gatehouse.gateway.assertion.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.JSONObjectUtils;

import dev.gatehouse.gateway.settings.Secret;

/// Hides a ring, private halves included, where others can read and write: AES-256-GCM under a key that is derived from the key-encryption key
/// for this purpose alone (HKDF, RFC 5869), so that one and the same `GATEHOUSE_KEK` may serve other programs. Who cannot seal cannot bring in a
/// key. Format: base64 of version 1, nonce of 12 bytes, ciphertext with tag. Not thread-safe.
final class SealedRing {

    private static final byte VERSION = 1;
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] PURPOSE = "gatehouse assertion keys".getBytes(StandardCharsets.US_ASCII);

    private final SecretKey key;
    private final String id;
    private final SecureRandom random;

    SealedRing(Secret keyEncryptionKey, SecureRandom random) {
        this.key = new SecretKeySpec(derived(keyEncryptionKey, "seal", 32), "AES");
        this.id = HexFormat.of().formatHex(derived(keyEncryptionKey, "name", 8));
        this.random = random;
    }

    private static byte[] derived(Secret secret, String use, int length) {
        try {
            return KDF.getInstance("HKDF-SHA256").deriveData(HKDFParameterSpec.ofExtract().addSalt(PURPOSE)
                    .addIKM(secret.reveal()).thenExpand(use.getBytes(StandardCharsets.US_ASCII), length));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("HKDF failed", broken);
        }
    }

    /// Names the key-encryption key without telling anything of it: another one seals under another name.
    String id() {
        return id;
    }

    String seal(KeyRing ring) {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        try {
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(write(ring).getBytes(StandardCharsets.UTF_8));
            byte[] sealed = new byte[1 + NONCE_LENGTH + encrypted.length];
            sealed[0] = VERSION;
            System.arraycopy(nonce, 0, sealed, 1, NONCE_LENGTH);
            System.arraycopy(encrypted, 0, sealed, 1 + NONCE_LENGTH, encrypted.length);
            return Base64.getEncoder().encodeToString(sealed);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("AES-GCM failed", broken);
        }
    }

    /// The ring, or nothing when the text is not what [#seal] gave under the same key.
    Optional<KeyRing> open(String text) {
        try {
            byte[] sealed = Base64.getDecoder().decode(text);
            if (sealed.length < 1 + NONCE_LENGTH || sealed[0] != VERSION) {
                return Optional.empty();
            }
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOfRange(sealed, 1, 1 + NONCE_LENGTH));
            byte[] plain = cipher.doFinal(sealed, 1 + NONCE_LENGTH, sealed.length - 1 - NONCE_LENGTH);
            return Optional.of(read(new String(plain, StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException | ParseException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(PURPOSE);
        return cipher;
    }

    private static String write(KeyRing ring) {
        List<Map<String, Object>> links = new ArrayList<>();
        for (KeyRing.Link link : ring.links()) {
            links.add(Map.of("from", link.signsFrom().toEpochMilli(), "jwk", link.key().toJSONObject()));
        }
        return JSONObjectUtils.toJSONString(Map.of("generation", ring.generation(), "links", links));
    }

    private static KeyRing read(String json) throws ParseException {
        List<KeyRing.Link> links = new ArrayList<>();
        Map<String, Object> row = JSONObjectUtils.parse(json);
        long generation = row.containsKey("generation") ? JSONObjectUtils.getLong(row, "generation") : 0;
        Map<String, Object>[] members = JSONObjectUtils.getJSONObjectArray(row, "links");
        for (Map<String, Object> member : members == null ? List.<Map<String, Object>>of() : List.of(members)) {
            ECKey key = ECKey.parse(JSONObjectUtils.getJSONObject(member, "jwk"));
            links.add(new KeyRing.Link(key, Instant.ofEpochMilli(JSONObjectUtils.getLong(member, "from"))));
        }
        return new KeyRing(generation, links);
    }
}
