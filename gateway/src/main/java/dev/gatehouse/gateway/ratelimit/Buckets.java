package dev.gatehouse.gateway.ratelimit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The shared buckets. Nothing here blocks.
interface Buckets {

    /// Takes as many of `tokens` as the bucket has. May fail, may answer late or never: the caller keeps the deadline.
    CompletionStage<Drawn> draw(Rule rule, String key, long tokens);

    /// Puts tokens back; never more than the bucket can hold.
    CompletionStage<Void> giveBack(Rule rule, String key, long tokens);

    /// Where there is no Redis.
    static Buckets none() {
        return new Buckets() {
            @Override
            public CompletionStage<Drawn> draw(Rule rule, String key, long tokens) {
                return CompletableFuture.failedFuture(new IllegalStateException("no shared buckets"));
            }

            @Override
            public CompletionStage<Void> giveBack(Rule rule, String key, long tokens) {
                return CompletableFuture.completedStage(null);
            }
        };
    }

    /// What a draw brought.
    ///
    /// @param tokens how many were taken
    /// @param remaining how many are left in the bucket
    /// @param windowEnd when the bucket is full again, in milliseconds since the epoch
    record Drawn(long tokens, long remaining, long windowEnd) {}
}
