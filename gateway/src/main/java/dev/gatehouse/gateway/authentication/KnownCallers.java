package dev.gatehouse.gateway.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.gatehouse.gateway.authentication.jose.TokenDigest;

/// Gives the caller of a token that is verified every time as the same object as before, since what is remembered about callers, such as their
/// assertions, is found by that object. Bounded in bytes; thread-safe. Never vouches for anybody: whoever asks has just verified the token.
final class KnownCallers {

    private static final long MAX_BYTES = HeapShare.atMost(8L * 1024 * 1024, 64);
    private static final int ENTRY_BYTES = 400; // key, entry, caller and the cache's own node

    private final Cache<TokenDigest, Known> known = Caffeine.newBuilder().maximumWeight(MAX_BYTES)
            .weigher((TokenDigest _, Known entry) -> entry.bytes()).executor(Runnable::run).build();

    /// The caller that was given for this token before, if that one still is the same in all its parts.
    Caller.Authenticated same(TokenDigest token, Caller.Authenticated fresh, int tokenLength) {
        Known before = known.getIfPresent(token);
        if (before != null && before.caller().equals(fresh)) {
            return before.caller();
        }
        known.put(token, new Known(fresh, ENTRY_BYTES + 3 * tokenLength));
        return fresh;
    }

    /// How many are known.
    long size() {
        known.cleanUp();
        return known.estimatedSize();
    }

    private record Known(Caller.Authenticated caller, int bytes) {}
}
