package dev.gatehouse.gateway.settings;

import java.security.MessageDigest;

import org.jspecify.annotations.Nullable;

/// Bytes that no log, error or trace may show. Immutable.
public final class Secret {

    private final byte[] value;

    private Secret(byte[] value) {
        this.value = value;
    }

    /// Copies the bytes.
    public static Secret of(byte[] value) {
        return new Secret(value.clone());
    }

    /// A copy of the bytes.
    public byte[] reveal() {
        return value.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(value, secret.value);
    }

    @Override
    public int hashCode() {
        return 0; // not even a trace of it
    }

    @Override
    public String toString() {
        return "***";
    }
}
