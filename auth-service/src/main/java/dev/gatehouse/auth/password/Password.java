package dev.gatehouse.auth.password;

import java.nio.charset.StandardCharsets;

/// A password as somebody typed it, verified exactly as received. `toString()` hides it.
public final class Password {

    private static final int SHORTEST_NEW = 8;
    private static final int LONGEST = 256;

    private final String text;

    private Password(String text) {
        this.text = text;
    }

    /// {@return the claim}
    ///
    /// @param text what somebody claims to be a password
    /// @throws IllegalArgumentException where it is empty or longer than any password can be
    public static Password claimed(String text) {
        int points = text.codePointCount(0, text.length());
        if (points < 1 || points > LONGEST) {
            throw new IllegalArgumentException("has the wrong length; expected 1 to " + LONGEST + " characters");
        }
        return new Password(text);
    }

    /// {@return an acceptable new password}
    ///
    /// @param text what somebody wants as a new password
    /// @throws IllegalArgumentException where it is too short or too long
    public static Password chosen(String text) {
        int points = text.codePointCount(0, text.length());
        if (points < SHORTEST_NEW || points > LONGEST) {
            throw new IllegalArgumentException(
                    "has the wrong length; expected " + SHORTEST_NEW + " to " + LONGEST + " characters");
        }
        return new Password(text);
    }

    /// {@return the text, for those who judge it}
    public String reveal() {
        return text;
    }

    byte[] utf8() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "***";
    }
}
