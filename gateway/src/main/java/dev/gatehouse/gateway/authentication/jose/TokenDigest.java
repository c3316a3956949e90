package dev.gatehouse.gateway.authentication.jose;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// A token's SHA-256. A String key would be faster by half a microsecond, but would keep credentials that work, of everybody who called
/// lately, readable in every heap dump; of the digest nobody can make a token.
public record TokenDigest(long a, long b, long c, long d) {

    // One for each of the few threads that read connections: a new one is asked of the providers each time.
    private static final ThreadLocal<MessageDigest> SHA256 = ThreadLocal.withInitial(TokenDigest::sha256);

    /// The digest of this token.
    public static TokenDigest of(String token) {
        return of(token, 0);
    }

    /// The digest of the token that ends a text.
    ///
    /// @param from where the token begins; what is ahead of it is ASCII
    public static TokenDigest of(String text, int from) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        MessageDigest sha256 = SHA256.get();
        sha256.update(octets, from, octets.length - from);
        byte[] digest = sha256.digest();
        sha256.reset(); // the JDK's keeps the last block, a whole opaque token, until its next use
        return new TokenDigest(word(digest, 0), word(digest, 8), word(digest, 16), word(digest, 24));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static long word(byte[] bytes, int from) {
        long word = 0;
        for (int i = from; i < from + 8; i++) {
            word = (word << 8) | (bytes[i] & 0xff);
        }
        return word;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a); // a digest's bits are as good as any mix of them
    }
}
