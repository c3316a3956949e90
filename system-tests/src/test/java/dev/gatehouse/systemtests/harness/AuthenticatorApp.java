package dev.gatehouse.systemtests.harness;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// An authenticator app (RFC 6238), written from the RFC and not from the service.
///
/// @param secret in base32, 160 bits, as the service shows it
public record AuthenticatorApp(String secret) {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int BYTES = 20;

    /// The code of now.
    public String code() {
        return code(0);
    }

    /// The code that comes after the one of now; the service takes it already.
    public String nextCode() {
        return code(1);
    }

    private String code(int later) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key(), "HmacSHA1"));
            byte[] hash = mac.doFinal(
                    ByteBuffer.allocate(Long.BYTES).putLong(Instant.now().getEpochSecond() / 30 + later).array());
            int truncated = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 0x0F) & 0x7FFFFFFF;
            return "%06d".formatted(truncated % 1_000_000);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private byte[] key() {
        BigInteger number = BigInteger.ZERO;
        for (int i = 0; i < secret.length(); i++) {
            number = number.shiftLeft(5).or(BigInteger.valueOf(ALPHABET.indexOf(secret.charAt(i))));
        }
        byte[] digits = number.toByteArray();
        byte[] key = new byte[BYTES];
        int length = Math.min(BYTES, digits.length);
        System.arraycopy(digits, digits.length - length, key, BYTES - length, length);
        return key;
    }
}
