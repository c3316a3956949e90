package dev.gatehouse.auth.totp;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// An authenticator app's secret and what follows from it (RFC 6238): SHA-1, six digits, thirty seconds, which are the only parameters
/// that every app knows. `toString()` hides it. Does no I/O; thread-safe.
public final class Totp {

    private static final int LENGTH = 20; // 160 bits (RFC 4226 §4, R6)
    private static final int STEP_SECONDS = 30;
    private static final int WINDOW = 1; // steps before and after: a slow clock, a slow typist
    private static final int CODES = 1_000_000;
    private static final Pattern CODE = Pattern.compile("[0-9]{6}");
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final String ALGORITHM = "HmacSHA1";

    private final byte[] secret;

    private Totp(byte[] secret) {
        this.secret = secret;
    }

    /// {@return a new secret of 160 bits}
    ///
    /// @param random where it comes from
    public static Totp random(SecureRandom random) {
        byte[] secret = new byte[LENGTH];
        random.nextBytes(secret);
        return new Totp(secret);
    }

    /// {@return the same as before}
    ///
    /// @param secret that [#secret] gave
    public static Totp of(byte[] secret) {
        return new Totp(secret.clone());
    }

    /// {@return the secret, to be sealed}
    public byte[] secret() {
        return secret.clone();
    }

    /// {@return the step whose code it is: that of the moment, the one before or the one after; the latest where several have the same}
    ///
    /// @param code as it was typed
    /// @param now the moment
    public OptionalLong step(String code, Instant now) {
        if (!CODE.matcher(code).matches()) {
            return OptionalLong.empty();
        }
        long current = stepAt(now);
        OptionalLong found = OptionalLong.empty();
        for (long step = current - WINDOW; step <= current + WINDOW; step++) {
            // All are compared, so that the time does not tell which one it was.
            if (MessageDigest.isEqual(code(step).getBytes(StandardCharsets.US_ASCII), code.getBytes(StandardCharsets.US_ASCII))) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    /// {@return the code that an app shows}
    ///
    /// @param now when
    public String code(Instant now) {
        return code(stepAt(now));
    }

    /// {@return the secret for somebody to type: base32 without padding (RFC 4648 §6)}
    public String text() {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < secret.length * Byte.SIZE; bit += 5) {
            int pair = (secret[bit / 8] & 0xFF) << 8 | (bit / 8 + 1 < secret.length ? secret[bit / 8 + 1] & 0xFF : 0);
            text.append(ALPHABET.charAt(pair >> (11 - bit % 8) & 0x1F));
        }
        return text.toString();
    }

    /// {@return what apps read (Google's key URI format)}
    ///
    /// @param issuer which service it is for
    /// @param account whose secret it is
    public String uri(String issuer, String account) {
        return "otpauth://totp/" + encoded(issuer) + ":" + encoded(account) + "?secret=" + text() + "&issuer=" + encoded(issuer)
                + "&algorithm=SHA1&digits=6&period=" + STEP_SECONDS;
    }

    @Override
    public String toString() {
        return "***";
    }

    private String code(long step) {
        byte[] mac = mac(step);
        int offset = mac[mac.length - 1] & 0xF; // dynamic truncation, RFC 4226 §5.3
        int number = ByteBuffer.wrap(mac, offset, Integer.BYTES).getInt() & 0x7FFF_FFFF;
        return String.format(Locale.ROOT, "%06d", number % CODES);
    }

    private byte[] mac(long step) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, missing);
        }
    }

    private static long stepAt(Instant now) {
        return Math.floorDiv(now.getEpochSecond(), STEP_SECONDS);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
