package dev.gatehouse.auth.sealing;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.settings.KeySettings;
import dev.gatehouse.auth.settings.Secret;
import dev.gatehouse.auth.settings.Settings;

/// Encrypts what must not lie readable in the database: AES-256-GCM under the key-encryption key, opened under that one or one of the others
/// that are set. A sealed value opens only for the purpose it was sealed for, so that rows cannot be swapped. Format: version 2, name of
/// the key-encryption key (4 bytes), nonce of 12 bytes, ciphertext with tag; version 1 is the same without a name. Thread-safe.
@Component
public final class Sealer {

    /// Length of what stands in front of the nonce.
    static final int HEADER_LENGTH = 1 + KeyEncryptionKey.NAME_LENGTH;

    private static final byte UNNAMED = 1;
    private static final byte VERSION = 2;
    private static final int NONCE_LENGTH = 12;

    private final KeyEncryptionKey current;
    private final List<KeyEncryptionKey> all;
    private final SecureRandom random;

    @Autowired
    Sealer(Settings settings, SecureRandom random) {
        this(settings.keys().encryption(), random);
    }

    /// Works with the given keys, for commands.
    ///
    /// @param keys the one that seals, and those that open too
    /// @param random for nonces
    public Sealer(KeySettings.Encryption keys, SecureRandom random) {
        this.current = new KeyEncryptionKey(keys.current());
        this.all = Stream.concat(Stream.of(current), keys.others().stream().map(KeyEncryptionKey::new)).toList();
        this.random = random;
    }

    Sealer(Secret keyEncryptionKey, SecureRandom random) {
        this(new KeySettings.Encryption(keyEncryptionKey, List.of()), random);
    }

    /// {@return the sealed value}
    ///
    /// @param plain what to hide
    /// @param purpose what it is and whose, such as `session:` and an id; needed again to open it
    public byte[] seal(byte[] plain, String purpose) {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        try {
            byte[] encrypted = current.cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(plain);
            return ByteBuffer.allocate(HEADER_LENGTH + NONCE_LENGTH + encrypted.length).put(header()).put(nonce).put(encrypted)
                    .array();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("AES-GCM failed", broken);
        }
    }

    /// {@return the plain value, or empty where key or purpose differ or the value was changed}
    ///
    /// @param sealed what [#seal] gave
    /// @param purpose the same as then
    public Optional<byte[]> open(byte[] sealed, String purpose) {
        int header = sealed.length > 0 && sealed[0] == UNNAMED ? 1 : HEADER_LENGTH;
        if (sealed.length < header + NONCE_LENGTH || sealed[0] > VERSION || sealed[0] < UNNAMED) {
            return Optional.empty();
        }
        return all.stream().filter(key -> header == 1 || key.isNamed(sealed, 1))
                .flatMap(key -> open(key, sealed, header, purpose).stream()).findFirst();
    }

    /// {@return what every value begins with that is sealed now}
    byte[] header() {
        return ByteBuffer.allocate(HEADER_LENGTH).put(VERSION).put(current.name()).array();
    }

    KeyEncryptionKey current() {
        return current;
    }

    List<KeyEncryptionKey> all() {
        return all;
    }

    private static Optional<byte[]> open(KeyEncryptionKey key, byte[] sealed, int header, String purpose) {
        byte[] nonce = Arrays.copyOfRange(sealed, header, header + NONCE_LENGTH);
        int from = header + NONCE_LENGTH;
        try {
            return Optional.of(key.cipher(Cipher.DECRYPT_MODE, nonce, purpose).doFinal(sealed, from, sealed.length - from));
        } catch (AEADBadTagException wrongKey) {
            return Optional.empty();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("AES-GCM failed", broken);
        }
    }
}
