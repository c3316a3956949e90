package dev.gatehouse.auth.settings;

import java.util.Arrays;

/// Bytes that must never be printed: `toString()` hides them.
public final class Secret {

    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /// {@return the same bytes, hidden}
    ///
    /// @param bytes copied
    public static Secret of(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    /// {@return a copy}
    public byte[] reveal() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && Arrays.equals(bytes, secret.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "***";
    }
}
