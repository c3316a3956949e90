package dev.gatehouse.auth.precondition;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/// The version of something as it is shown (RFC 9110 §8.8.3): a digest of what is shown, so every change is another version, whoever
/// made it, and no row has to keep a number. Strong.
///
/// @param header with its quotes
public record EntityTag(String header) {

    private static final int LENGTH = 12; // 96 bits: nobody is harmed by a collision that they made themselves

    /// {@return its version}
    ///
    /// @param shown what is answered, whose text has every field of it
    public static EntityTag of(Record shown) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(shown.toString().getBytes(StandardCharsets.UTF_8));
            return new EntityTag(
                    '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, LENGTH)) + '"');
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}
