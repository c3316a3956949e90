package dev.gatehouse.gateway.authentication.keys;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.loop.Home;

/// Lets requests wait for keys: [#MAX_WAITING] at once, each for [#LONGEST]. Who may not wait, or has waited long enough, is judged by the
/// keys at hand. Thread-safe.
final class BoundedWait {

    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final int MAX_WAITING = 1000;

    private final AtomicInteger waiting = new AtomicInteger();

    Mono<Void> on(CompletableFuture<Void> attempt) {
        return Mono.defer(() -> {
            if (waiting.incrementAndGet() > MAX_WAITING) {
                waiting.decrementAndGet();
                return Mono.empty();
            }
            return Home.here().tells(Mono.fromFuture(attempt, true).timeout(LONGEST, Mono.empty()))
                    .doFinally(_ -> waiting.decrementAndGet());
        });
    }
}
