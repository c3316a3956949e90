package dev.gatehouse.gateway.authentication;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.authentication.AuthenticationResult.Source;
import dev.gatehouse.gateway.authentication.jose.VerificationKey;

/// Remembers which tokens were verified, so that a signature is checked once per token and not once per request. Bounded in bytes;
/// thread-safe. It only remembers: whether a memory still counts, by time, key, issuer and revocation, is asked on every use by
/// [BearerTokenAuthenticator]. Refusals are not remembered, they would let anyone fill it.
final class VerifiedTokens {

    private static final long MAX_BYTES = 32L * 1024 * 1024;
    private static final int ENTRY_BYTES = 720; // key, entry, caller and the cache's own node, measured on a 64-bit JVM

    private final Cache<Key, Memory> memories = Caffeine.newBuilder().maximumWeight(MAX_BYTES)
            .weigher((Key _, Memory memory) -> memory.bytes()).executor(Runnable::run).build();

    @Nullable
    Memory find(Key key) {
        return memories.getIfPresent(key);
    }

    void remember(Key key, Memory memory) {
        memories.put(key, memory);
    }

    void forget(Key key) {
        memories.invalidate(key);
    }

    /// A token's SHA-256. A String key would be faster by half a microsecond, but would keep credentials that work, of everybody who called
    /// lately, readable in every heap dump; of the digest nobody can make a token.
    record Key(long a, long b, long c, long d) {

        static Key of(String token) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
                return new Key(word(digest, 0), word(digest, 8), word(digest, 16), word(digest, 24));
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

    /// What was found out about a token.
    ///
    /// @param until when the token ends, leeway included, in milliseconds
    /// @param bytes an estimate of the memory it takes
    /// @param fromHeader the result for a token from `Authorization`, ready to be given again
    /// @param fromCookie the result for a token from a cookie
    record Memory(Caller.Authenticated caller, Issuers.Trusted issuer, VerificationKey key, long until, int bytes,
            Mono<AuthenticationResult> fromHeader, Mono<AuthenticationResult> fromCookie) {

        static Memory of(Caller.Authenticated caller, Issuers.Trusted issuer, VerificationKey key, int tokenLength) {
            long until = caller.expiresAt().plus(issuer.spec().leeway()).toEpochMilli();
            return new Memory(caller, issuer, key, until, ENTRY_BYTES + 3 * tokenLength,
                    Mono.just(new AuthenticationResult.Proven(caller, Source.HEADER)),
                    Mono.just(new AuthenticationResult.Proven(caller, Source.COOKIE)));
        }
    }
}
