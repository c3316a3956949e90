package dev.gatehouse.auth.session;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A refresh token: `rt1_` and base64url of version, session id, counter, 16 bytes of HMAC-SHA256 under the session's key, and a
/// checksum with which secret scanners and mistyped tokens are told apart without the database. `toString()` hides it.
public final class RefreshToken {

    private static final String PREFIX = "rt1_";
    private static final byte VERSION = 1;
    private static final int LONGEST = 128;
    private static final int ID_LENGTH = 16;
    private static final int MAC_LENGTH = 16;
    private static final int CHECKSUM_LENGTH = 4;
    private static final int LONGEST_VARINT = 9; // 63 bits of seven each

    private final UUID sessionId;
    private final long counter;
    private final byte[] mac;

    private RefreshToken(UUID sessionId, long counter, byte[] mac) {
        this.sessionId = sessionId;
        this.counter = counter;
        this.mac = mac;
    }

    /// {@return always the same token for the same arguments}
    ///
    /// @param sessionId whose token
    /// @param counter which one of it
    /// @param key of the session
    static RefreshToken mint(UUID sessionId, long counter, byte[] key) {
        return new RefreshToken(sessionId, counter, mac(claim(sessionId, counter), key));
    }

    /// {@return the token it claims to be, or empty where it cannot be one; whether it is genuine, [#isGenuine] tells}
    ///
    /// @param text as a client sent it
    static Optional<RefreshToken> parse(String text) {
        if (!text.startsWith(PREFIX) || text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
            return parse(bytes).filter(token -> token.text().equals(text)); // one spelling per token
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    UUID sessionId() {
        return sessionId;
    }

    long counter() {
        return counter;
    }

    /// {@return whether we made this token}
    ///
    /// @param key of the session
    boolean isGenuine(byte[] key) {
        return MessageDigest.isEqual(mac, mac(claim(sessionId, counter), key));
    }

    /// {@return the token for the client}
    public String text() {
        byte[] claim = claim(sessionId, counter);
        ByteBuffer bytes = ByteBuffer.allocate(claim.length + MAC_LENGTH + CHECKSUM_LENGTH).put(claim).put(mac);
        bytes.putInt(checksum(bytes.array(), claim.length + MAC_LENGTH));
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    @Override
    public String toString() {
        return PREFIX + "***";
    }

    private static Optional<RefreshToken> parse(byte[] bytes) {
        int end = bytes.length - MAC_LENGTH - CHECKSUM_LENGTH;
        if (end < 1 + ID_LENGTH + 1 || end > 1 + ID_LENGTH + LONGEST_VARINT || bytes[0] != VERSION) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        UUID sessionId = new UUID(in.getLong(), in.getLong());
        long counter = 0;
        for (int i = 1 + ID_LENGTH, shift = 0; i < end; i++, shift += 7) {
            counter |= (bytes[i] & 0x7FL) << shift;
        }
        if (ByteBuffer.wrap(bytes).getInt(end + MAC_LENGTH) != checksum(bytes, end + MAC_LENGTH)) {
            return Optional.empty();
        }
        return Optional.of(new RefreshToken(sessionId, counter, Arrays.copyOfRange(bytes, end, end + MAC_LENGTH)));
    }

    private static byte[] claim(UUID sessionId, long counter) {
        ByteBuffer claim = ByteBuffer.allocate(1 + ID_LENGTH + LONGEST_VARINT).put(VERSION)
                .putLong(sessionId.getMostSignificantBits()).putLong(sessionId.getLeastSignificantBits());
        long rest = counter;
        while (rest >= 0x80) {
            claim.put((byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        claim.put((byte) rest);
        return Arrays.copyOf(claim.array(), claim.position());
    }

    private static byte[] mac(byte[] claim, byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Arrays.copyOf(mac.doFinal(claim), MAC_LENGTH);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("HMAC-SHA256 failed", broken);
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
