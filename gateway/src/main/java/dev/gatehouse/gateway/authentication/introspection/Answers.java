package dev.gatehouse.gateway.authentication.introspection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.jose.TokenDigest;

/// What one issuer said of tokens lately. Refusals have a room of their own, or anyone could drive the good answers out. Bounded in bytes;
/// thread-safe. It only remembers: whether an answer still counts is asked on every use.
final class Answers {

    private static final long GOOD_BYTES = 16L * 1024 * 1024;
    private static final long BAD_BYTES = 2L * 1024 * 1024;
    private static final int ENTRY_BYTES = 400; // key, entry and the cache's own node

    private final Cache<TokenDigest, Kept> good = cache(GOOD_BYTES);
    private final Cache<TokenDigest, Kept> bad = cache(BAD_BYTES);

    private static Cache<TokenDigest, Kept> cache(long bytes) {
        return Caffeine.newBuilder().maximumWeight(bytes).weigher((TokenDigest _, Kept kept) -> kept.bytes())
                .executor(Runnable::run).build();
    }

    @Nullable
    Introspected find(TokenDigest token, long now) {
        Kept kept = good.getIfPresent(token);
        if (kept == null) {
            kept = bad.getIfPresent(token);
        }
        return kept != null && now < kept.until() ? kept.answer() : null;
    }

    /// Keeps an answer until then, in milliseconds.
    ///
    /// @param length of the text that the issuer sent
    void keep(TokenDigest token, Introspected answer, long until, int length) {
        boolean active = answer instanceof Introspected.Active;
        (active ? bad : good).invalidate(token); // the newer word alone counts
        (active ? good : bad).put(token, new Kept(answer, until, ENTRY_BYTES + (active ? 4 * length : 0)));
    }

    void forget() {
        good.invalidateAll();
        bad.invalidateAll();
    }

    private record Kept(Introspected answer, long until, int bytes) {}
}
