package dev.gatehouse.auth;

import java.math.BigInteger;
import java.time.Instant;

import dev.gatehouse.auth.totp.Totp;

/// An authenticator app.
public final class TestApp {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private TestApp() {}

    /// {@return the code that an app shows, so many steps from now}
    public static String code(String secret, int steps) {
        return Totp.of(bytes(secret)).code(Instant.now().plusSeconds(30L * steps));
    }

    /// {@return what the letters of a secret stand for}
    static byte[] bytes(String secret) {
        BigInteger number = BigInteger.ZERO;
        for (int i = 0; i < secret.length(); i++) {
            number = number.shiftLeft(5).or(BigInteger.valueOf(ALPHABET.indexOf(secret.charAt(i))));
        }
        byte[] bytes = new byte[20];
        byte[] all = number.toByteArray();
        int length = Math.min(20, all.length);
        System.arraycopy(all, all.length - length, bytes, 20 - length, length);
        return bytes;
    }
}
