package dev.gatehouse.auth.password.format;

import java.util.Base64;

/// What may stand in a stored hash: numbers within bounds, and bytes in one of the spellings of base64. Messages name the number
/// and what was expected, never a salt or a hash.
final class Bounds {

    // The lengths of what is in use: bcrypt's 23 bytes are not checked here, and no salt or hash below these bytes protects anybody.
    private static final int SHORTEST_SALT = 4;
    private static final int SHORTEST_HASH = 16;
    private static final int LONGEST = 256;

    private Bounds() {}

    static int number(String name, String digits, long least, long most) {
        String shown = digits.length() <= 12 ? digits : digits.substring(0, 12) + "…";
        try {
            return Math.toIntExact(check(name, Long.parseLong(digits), least, most));
        } catch (NumberFormatException notNumber) {
            throw new IllegalArgumentException(name + ": " + shown + " (expected: " + least + " to " + most + ")", notNumber);
        }
    }

    static long check(String name, long number, long least, long most) {
        if (number < least) {
            throw new IllegalArgumentException(name + ": " + number + " is too cheap (expected: " + least + " to " + most + ")");
        }
        if (number > most) {
            throw new IllegalArgumentException(name + ": " + number + " is too costly (expected: " + least + " to " + most + ")");
        }
        return number;
    }

    static byte[] salt(byte[] salt) {
        return length("salt", salt, SHORTEST_SALT);
    }

    static byte[] hash(byte[] hash) {
        return length("hash", hash, SHORTEST_HASH);
    }

    /// Standard or URL-safe alphabet or the one of Passlib (`.` for `+`), with or without padding.
    static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text.replace('.', '+').replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("password hash: salt or hash is not base64", notBase64);
        }
    }

    static IllegalArgumentException damaged(String format, String expected) {
        return new IllegalArgumentException("password hash: not a whole " + format + " hash (expected: " + expected + ")");
    }

    private static byte[] length(String name, byte[] bytes, int shortest) {
        if (bytes.length < shortest || bytes.length > LONGEST) {
            throw new IllegalArgumentException(
                    name + ": " + bytes.length + " bytes (expected: " + shortest + " to " + LONGEST + ")");
        }
        return bytes.clone();
    }
}
