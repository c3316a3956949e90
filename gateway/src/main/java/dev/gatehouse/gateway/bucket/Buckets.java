package dev.gatehouse.gateway.bucket;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The shared buckets. Thread-safe; nothing here blocks.
public interface Buckets {

    /// Takes as many of `tokens` as the bucket has, at least one of them being asked for. May fail, may answer late or never: the caller keeps the deadline.
    CompletionStage<Drawn> draw(WindowBucket bucket, String key, long tokens);

    /// Puts tokens back; never more than the bucket can hold, and none when the window has ended that they were drawn in.
    CompletionStage<Void> giveBack(WindowBucket bucket, String key, long tokens);

    /// Where there is no Redis.
    static Buckets none() {
        return new Buckets() {
            @Override
            public CompletionStage<Drawn> draw(WindowBucket bucket, String key, long tokens) {
                return CompletableFuture.failedFuture(new IllegalStateException("no shared buckets"));
            }

            @Override
            public CompletionStage<Void> giveBack(WindowBucket bucket, String key, long tokens) {
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
