package dev.gatehouse.gateway.ratelimit;

import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.HashedWheelTimer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.Redis;

import static dev.gatehouse.gateway.ratelimit.TestLimits.admitted;
import static dev.gatehouse.gateway.ratelimit.TestLimits.allAtOnce;
import static org.assertj.core.api.Assertions.assertThat;

class SharedLimitsTests {

    private static final HashedWheelTimer TIMER = new HashedWheelTimer(5, TimeUnit.MILLISECONDS);
    private static RedisClient client;

    private final LimitSubject someone = TestLimits.user(UUID.randomUUID().toString());
    private final WindowRateLimiter one = limiter();
    private final WindowRateLimiter other = limiter();

    @BeforeAll
    static void connect() {
        client = RedisClient.create(Redis.shared().url());
    }

    @AfterAll
    static void disconnect() {
        client.shutdown();
        TIMER.stop();
    }

    private static WindowRateLimiter limiter() {
        Clock clock = Clock.systemUTC();
        RedisBuckets buckets = new RedisBuckets(
                () -> client.connectAsync(ByteArrayCodec.INSTANCE, RedisURI.create(Redis.shared().url()))
                        .thenApply(StatefulRedisConnection::async),
                clock);
        buckets.firstAttempt().toCompletableFuture().join();
        // Exactness is no matter of speed: a slow machine must not fail these tests.
        return WindowRateLimiter.over(buckets, clock, TIMER, 10_000, () -> 1, new SimpleMeterRegistry());
    }

    @Test
    void oneInstancePassesExactlyTheLimit() {
        assertThat(admitted(allAtOnce(List.of(one), List.of(TestLimits.perUserAndHour(20)), someone, 100))).isEqualTo(20);
    }

    @Test
    void twoInstancesTogetherPassExactlyTheLimit() {
        assertThat(admitted(allAtOnce(List.of(one, other), List.of(TestLimits.perUserAndHour(20)), someone, 100))).isEqualTo(20);
    }

    @Test
    void tellsEveryRequestADifferentRest() {
        List<Long> rests = allAtOnce(List.of(one, other), List.of(TestLimits.perUserAndHour(20)), someone, 10).stream()
                .map(answer -> answer.standings().getFirst().remaining())
                .sorted()
                .toList();
        assertThat(rests).containsExactlyElementsOf(java.util.stream.LongStream.range(0, 20).boxed().toList());
    }
}
