package dev.gatehouse.gateway.ratelimit;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.HashedWheelTimer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.bucket.RedisBuckets;
import dev.gatehouse.gateway.fault.SlowWire;
import dev.gatehouse.gateway.pipeline.LogLines;

import static org.assertj.core.api.Assertions.assertThat;

/// A real Redis that is killed, stopped, slow and brought back.
class LostRedisTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    // After a second it is sent.
    private static final Duration A_PROBE = Duration.ofMillis(1_500);

    private final HashedWheelTimer timer = new HashedWheelTimer(5, TimeUnit.MILLISECONDS);
    private final Redis redis = Redis.temporary();
    private final RedisClient client = RedisClient.create(redis.url());
    private final List<LimitSpec> limits = List.of(TestLimits.perUserAndHour(20));
    private WindowRateLimiter limiter = limiter(redis.port());
    private int users;

    private WindowRateLimiter limiter(int port) {
        RedisBuckets buckets = new RedisBuckets(
                () -> client.connectAsync(ByteArrayCodec.INSTANCE, RedisURI.create("127.0.0.1", port))
                        .thenApply(StatefulRedisConnection::async),
                Clock.systemUTC());
        buckets.firstAttempt().toCompletableFuture().join();
        return WindowRateLimiter.shared(buckets, Clock.systemUTC(), timer, Duration.ofMillis(20), () -> 1, Optional.empty(),
                new SimpleMeterRegistry());
    }

    @AfterEach
    void stop() {
        client.shutdown(0, 0, TimeUnit.MILLISECONDS);
        redis.close();
        timer.stop();
    }

    private Admission ask() {
        return limiter.admit(limits, TestLimits.user("user " + users++)).block(PATIENCE);
    }

    /// Asks until limits are shared, or are not. Every answer takes at most a deadline, so this is no busy loop without end.
    private void askUntilShared(boolean shared) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (limiter.isShared() != shared && System.nanoTime() < end) {
            assertThat(ask()).isInstanceOf(Admission.Admitted.class);
        }
        assertThat(limiter.isShared()).isEqualTo(shared);
    }

    @Test
    void answersWhileRedisIsStoppedAndSharesAgainAfterwardsAndSaysSo() {
        askUntilShared(true);
        try (LogLines log = LogLines.of(RedisGate.class)) {
            redis.pause();
            askUntilShared(false);
            assertThat(log.matching(line -> line.startsWith("WARN Redis does not answer in time"))).hasSize(1);
            redis.resume();
            askUntilShared(true);
            assertThat(log.matching(line -> line.startsWith("INFO Redis answers again"))).hasSize(1);
        }
    }

    /// Three times the deadline and a third of what a draw may take that nobody waits for.
    @Test
    void countsAloneForAsLongAsRedisIsSlow() throws IOException {
        try (SlowWire wire = SlowWire.to(redis.port())) {
            limiter = limiter(wire.port());
            askUntilShared(true);
            wire.delay(Duration.ofMillis(60));
            askUntilShared(false);
            assertThat(Deadline.in(A_PROBE).await(this::isSharedAfterAsking)).isFalse();
            wire.delay(Duration.ZERO);
            askUntilShared(true);
        }
    }

    private boolean isSharedAfterAsking() {
        assertThat(ask()).isInstanceOf(Admission.Admitted.class);
        return limiter.isShared();
    }

    @Test
    void answersWhileRedisIsDeadAndSharesAgainAfterwards() {
        askUntilShared(true);
        redis.kill();
        askUntilShared(false);
        assertThat(ask().alone()).isTrue();
        redis.restart();
        askUntilShared(true);
    }

    @Test
    void keepsTheLimitThroughTheLoss() {
        LimitSubject alice = TestLimits.alice();
        long before = TestLimits.admitted(limiter, limits, alice, 12);
        redis.kill();
        askUntilShared(false);
        assertThat(before + TestLimits.admitted(limiter, limits, alice, 100)).isEqualTo(20);
    }

    @Test
    void connectsLaterWhenRedisIsAwayAtTheStart() {
        redis.kill();
        WindowRateLimiter started = limiter(redis.port());
        redis.restart();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && !(started.isShared() && answeredByRedis(started))) {
            started.admit(limits, TestLimits.user("early " + users++)).block(PATIENCE);
        }
        assertThat(started.isShared()).isTrue();
    }

    /// Small limits answer at once only without Redis.
    private boolean answeredByRedis(WindowRateLimiter started) {
        return !(started.admit(limits, TestLimits.user("probe " + users++)) instanceof java.util.concurrent.Callable<?>);
    }
}
