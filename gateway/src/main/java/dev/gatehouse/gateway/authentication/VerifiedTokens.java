package dev.gatehouse.gateway.authentication;

import java.util.concurrent.atomic.LongAdder;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.authentication.AuthenticationResult.Source;
import dev.gatehouse.gateway.authentication.jose.TokenDigest;
import dev.gatehouse.gateway.authentication.jose.VerificationKey;

/// Remembers which tokens were verified, so that a signature is checked once per token and not once per request. Bounded in bytes;
/// thread-safe. It only remembers: whether a memory still counts, by time, key, issuer and revocation, is asked on every use by
/// [BearerTokenAuthenticator]. Refusals are not remembered, they would let anyone fill it.
final class VerifiedTokens {

    static final long MAX_BYTES = HeapShare.atMost(32L * 1024 * 1024, 16);
    private static final int ENTRY_BYTES = 720; // key, entry, caller and the cache's own node, measured on a 64-bit JVM

    private final Cache<TokenDigest, Memory> memories = Caffeine.newBuilder().maximumWeight(MAX_BYTES)
            .weigher((TokenDigest _, Memory memory) -> memory.bytes()).executor(Runnable::run).build();

    private final LongAdder found = new LongAdder();
    private final LongAdder remembered = new LongAdder();

    @Nullable
    Memory find(TokenDigest key) {
        Memory memory = memories.getIfPresent(key);
        if (memory != null) {
            found.increment();
        }
        return memory;
    }

    /// How many tokens were found here.
    long found() {
        return found.sum();
    }

    /// How many were verified and then remembered.
    long remembered() {
        return remembered.sum();
    }

    void remember(TokenDigest key, Memory memory) {
        remembered.increment();
        memories.put(key, memory);
    }

    void forget(TokenDigest key) {
        memories.invalidate(key);
    }

    /// What was found out about a token.
    ///
    /// @param until when the token ends, leeway included, in milliseconds
    /// @param bytes an estimate of the memory it takes
    /// @param fromHeader the result for a token from `Authorization`, ready to be given again
    /// @param fromCookie the result for a token from a cookie
    record Memory(Caller.Authenticated caller, Trusted.Signing issuer, VerificationKey key, long until, int bytes,
            Mono<AuthenticationResult> fromHeader, Mono<AuthenticationResult> fromCookie) {

        static Memory of(Caller.Authenticated caller, Trusted.Signing issuer, VerificationKey key, int tokenLength) {
            long until = caller.expiresAt().plus(issuer.spec().leeway()).toEpochMilli();
            return new Memory(caller, issuer, key, until, ENTRY_BYTES + 3 * tokenLength,
                    Mono.just(new AuthenticationResult.Proven(caller, Source.HEADER)),
                    Mono.just(new AuthenticationResult.Proven(caller, Source.COOKIE)));
        }
    }
}
