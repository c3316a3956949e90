package dev.gatehouse.gateway.ratelimit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.gatehouse.gateway.bucket.Buckets;
import dev.gatehouse.gateway.bucket.WindowBucket;

/// Shared buckets that answer when and what a test says.
final class ScriptedBuckets implements Buckets {

    private final List<Long> draws = new ArrayList<>();
    private final List<CompletableFuture<Drawn>> answers = new ArrayList<>();
    private long givenBack;

    @Override
    public CompletionStage<Drawn> draw(WindowBucket bucket, String key, long tokens) {
        draws.add(tokens);
        CompletableFuture<Drawn> answer = new CompletableFuture<>();
        answers.add(answer);
        return answer;
    }

    @Override
    public CompletionStage<Void> giveBack(WindowBucket bucket, String key, long tokens) {
        givenBack += tokens;
        return CompletableFuture.completedStage(null);
    }

    /// How many tokens each draw asked for.
    List<Long> draws() {
        return draws;
    }

    long givenBack() {
        return givenBack;
    }

    /// Answers the draw with this number, from 0.
    void answer(int draw, long tokens, long remaining, long windowEnd) {
        answers.get(draw).complete(new Drawn(tokens, remaining, windowEnd));
    }

    void fail(int draw) {
        answers.get(draw).completeExceptionally(new IllegalStateException("connection lost"));
    }
}
