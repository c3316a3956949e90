package dev.gatehouse.auth.sealing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import dev.gatehouse.auth.settings.Secret;

/// One key-encryption key with the name that sealed values carry. The name tells nothing of the key. Thread-safe.
final class KeyEncryptionKey {

    /// Length of a name in bytes.
    static final int NAME_LENGTH = 4;

    private static final int TAG_BITS = 128;
    private static final String MAC = "HmacSHA256";

    private final SecretKeySpec key;
    private final byte[] name;

    KeyEncryptionKey(Secret secret) {
        byte[] bytes = secret.reveal();
        this.key = new SecretKeySpec(bytes, "AES");
        this.name = Arrays.copyOf(mac(bytes, "gatehouse kek name"), NAME_LENGTH);
    }

    /// {@return a copy}
    byte[] name() {
        return name.clone();
    }

    boolean isNamed(byte[] sealed, int from) {
        return Arrays.equals(name, 0, NAME_LENGTH, sealed, from, from + NAME_LENGTH);
    }

    Cipher cipher(int mode, byte[] nonce, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /// The name in hexadecimal, for operators.
    @Override
    public String toString() {
        return HexFormat.of().formatHex(name);
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has " + MAC, missing);
        }
    }
}
