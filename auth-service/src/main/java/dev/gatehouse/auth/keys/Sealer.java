package dev.gatehouse.auth.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.settings.Secret;
import dev.gatehouse.auth.settings.Settings;

/// Encrypts what must not lie readable in the database: AES-256-GCM under the key-encryption key. A sealed value opens only for
/// the purpose it was sealed for, so that rows cannot be swapped. Format: version 1, nonce of 12 bytes, ciphertext with tag.
/// Thread-safe.
@Component
public final class Sealer {

    private static final byte VERSION = 1;
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random;

    @Autowired
    Sealer(Settings settings, SecureRandom random) {
        this(settings.keyEncryptionKey(), random);
    }

    Sealer(Secret keyEncryptionKey, SecureRandom random) {
        this.key = new SecretKeySpec(keyEncryptionKey.reveal(), "AES");
        this.random = random;
    }

    /// {@return the sealed value}
    ///
    /// @param plain what to hide
    /// @param purpose what it is and whose, such as `session:` and an id; needed again to open it
    public byte[] seal(byte[] plain, String purpose) {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        try {
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(plain);
            byte[] sealed = new byte[1 + NONCE_LENGTH + encrypted.length];
            sealed[0] = VERSION;
            System.arraycopy(nonce, 0, sealed, 1, NONCE_LENGTH);
            System.arraycopy(encrypted, 0, sealed, 1 + NONCE_LENGTH, encrypted.length);
            return sealed;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("AES-GCM failed", broken);
        }
    }

    /// {@return the plain value, or empty where key or purpose differ or the value was changed}
    ///
    /// @param sealed what [#seal] gave
    /// @param purpose the same as then
    public Optional<byte[]> open(byte[] sealed, String purpose) {
        if (sealed.length < 1 + NONCE_LENGTH || sealed[0] != VERSION) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_LENGTH);
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, nonce, purpose);
            return Optional.of(cipher.doFinal(sealed, 1 + NONCE_LENGTH, sealed.length - 1 - NONCE_LENGTH));
        } catch (AEADBadTagException wrongKey) {
            return Optional.empty();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("AES-GCM failed", broken);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
