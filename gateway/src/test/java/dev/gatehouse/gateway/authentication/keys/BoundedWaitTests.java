package dev.gatehouse.gateway.authentication.keys;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BoundedWaitTests {

    private static final Duration LONG = Duration.ofSeconds(5);

    private final BoundedWait waiting = new BoundedWait();
    private final CompletableFuture<Void> attempt = new CompletableFuture<>();

    @Test
    void aThousandWaitAndNoMore() {
        List<CompletableFuture<Void>> requests = Stream.generate(this::request).limit(1000).toList();
        assertThat(requests).noneMatch(CompletableFuture::isDone);
        assertThat(request()).as("one too many").isCompleted();

        requests.getFirst().cancel(true);
        CompletableFuture<Void> instead = request();
        assertThat(instead).as("in the place of one that is gone").isNotDone();

        attempt.complete(null);
        assertThat(instead).succeedsWithin(LONG);
        assertThat(requests.getLast()).succeedsWithin(LONG);
    }

    @Test
    void nobodyWaitsForAnAttemptThatHasEnded() {
        attempt.complete(null);
        assertThat(request()).succeedsWithin(LONG);
    }

    @Test
    void whoWaitsOnALoopGoesOnThere() {
        try (EventLoop loop = new DefaultEventLoop()) {
            CompletableFuture<Boolean> atHome = new CompletableFuture<>();
            loop.execute(() -> waiting.on(attempt).doFinally(_ -> atHome.complete(loop.inEventLoop())).subscribe());
            attempt.complete(null);
            assertThat(atHome).succeedsWithin(LONG).isEqualTo(true);
        }
    }

    private CompletableFuture<Void> request() {
        return waiting.on(attempt).toFuture();
    }
}
