package dev.gatehouse.gateway.ratelimit;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
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
import dev.gatehouse.gateway.bucket.RedisBuckets;
import dev.gatehouse.gateway.pipeline.LogLines;

import static org.assertj.core.api.Assertions.assertThat;

/// A real Redis that is killed, stopped and brought back.
class LostRedisTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HashedWheelTimer timer = new HashedWheelTimer(5, TimeUnit.MILLISECONDS);
    private final Redis redis = Redis.temporary();
    private final RedisClient client = RedisClient.create(redis.url());
    private final List<LimitSpec> limits = List.of(TestLimits.perUserAndHour(20));
    private final WindowRateLimiter limiter = limiter();
    private int users;

    private WindowRateLimiter limiter() {
        RedisBuckets buckets = new RedisBuckets(
                () -> client.connectAsync(ByteArrayCodec.INSTANCE, RedisURI.create(redis.url()))
                        .thenApply(StatefulRedisConnection::async),
                Clock.systemUTC());
        buckets.firstAttempt().toCompletableFuture().join();
        return WindowRateLimiter.shared(buckets, Clock.systemUTC(), timer, Duration.ofMillis(20), () -> 1,
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
        WindowRateLimiter started = limiter();
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
