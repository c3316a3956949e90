package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.HashedWheelTimer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.gateway.bucket.RedisBuckets;
import dev.gatehouse.gateway.bucket.WindowBucket;

import static dev.gatehouse.gateway.ratelimit.TestLimits.admitted;
import static dev.gatehouse.gateway.ratelimit.TestLimits.allAtOnce;
import static dev.gatehouse.gateway.ratelimit.TestLimits.perUser;
import static dev.gatehouse.gateway.ratelimit.TestLimits.perUserAndHour;
import static org.assertj.core.api.Assertions.assertThat;

/// Two instances and one real Redis; the clock stands still, so that no window ends by itself.
class SharedLimitsTests {

    private static final HashedWheelTimer TIMER = new HashedWheelTimer(5, TimeUnit.MILLISECONDS);
    private static RedisClient client;
    private static StatefulRedisConnection<String, String> redis;

    private final MovedClock clock = new MovedClock();
    private final String name = UUID.randomUUID().toString();
    private final LimitSubject someone = TestLimits.user(name);
    private final RateLimiter one = limiter();
    private final RateLimiter other = limiter();
    private final List<RateLimiter> both = List.of(one, other);

    @BeforeAll
    static void connect() {
        client = RedisClient.create(Redis.shared().url());
        redis = client.connect();
    }

    @AfterAll
    static void disconnect() {
        client.shutdown();
        TIMER.stop();
    }

    private RateLimiter limiter() {
        return oneOf(1);
    }

    private RateLimiter oneOf(int instances) {
        // Exactness is no matter of speed: a slow machine must not fail these tests.
        return WindowRateLimiter.over(buckets(), clock, TIMER, 30_000, () -> instances, Optional.empty(),
                new SimpleMeterRegistry());
    }

    private RedisBuckets buckets() {
        RedisBuckets buckets = new RedisBuckets(
                () -> client.connectAsync(ByteArrayCodec.INSTANCE, RedisURI.create(Redis.shared().url()))
                        .thenApply(StatefulRedisConnection::async),
                clock);
        buckets.firstAttempt().toCompletableFuture().join();
        return buckets;
    }

    @Test
    void oneInstancePassesExactlyTheLimit() {
        assertThat(admitted(allAtOnce(List.of(one), List.of(perUserAndHour(20)), someone, 100))).isEqualTo(20);
    }

    @Test
    void twoInstancesTogetherPassExactlyTheLimit() {
        assertThat(admitted(allAtOnce(both, List.of(perUserAndHour(20)), someone, 100))).isEqualTo(20);
    }

    @Test
    void twoInstancesTogetherKeepAGreatLimitWithinOnePercent() {
        assertThat(admitted(allAtOnce(both, List.of(perUserAndHour(10_000)), someone, 10_000))).isBetween(9_900L, 10_100L);
    }

    /// Of a great limit each may still hold what it has drawn ahead.
    @ParameterizedTest
    @CsvSource({"20, 20, 20", "100, 100, 100", "1000, 900, 1008"})
    void sixteenInstancesKeepALimitOfOneKeyTogether(long limit, long least, long most) {
        List<RateLimiter> sixteen = Stream.generate(() -> oneOf(16)).limit(16).toList();
        List<Admission> answers = allAtOnce(sixteen, List.of(perUserAndHour(limit)), someone, 100);
        assertThat(admitted(answers)).isBetween(least, most);
        assertThat(answers).noneMatch(Admission::alone);
    }

    @Test
    void tellsEveryRequestADifferentRest() {
        List<Long> rests = allAtOnce(both, List.of(perUserAndHour(20)), someone, 10).stream()
                .map(answer -> answer.standings().getFirst().remaining())
                .sorted()
                .toList();
        assertThat(rests).containsExactlyElementsOf(LongStream.range(0, 20).boxed().toList());
    }

    @Test
    void passesTheLimitAgainInTheNextWindow() {
        List<LimitSpec> limits = List.of(perUserAndHour(20));
        allAtOnce(both, limits, someone, 30);
        clock.move(Duration.ofHours(1));
        assertThat(admitted(allAtOnce(both, limits, someone, 30))).isEqualTo(20);
    }

    @Test
    void tellsBothInstancesTheSameEndOfTheWindow() {
        List<LimitSpec> limits = List.of(perUserAndHour(20));
        one.admit(limits, someone).block();
        clock.move(Duration.ofMinutes(20));
        assertThat(other.admit(limits, someone).block().standings().getFirst().reset()).isEqualTo(Duration.ofMinutes(40));
    }

    @Test
    void takesTokensBack() {
        RedisBuckets buckets = buckets();
        WindowBucket bucket = new Rule("orders", perUserAndHour(20)).bucket();
        buckets.draw(bucket, name, 20).thenCompose(_ -> buckets.giveBack(bucket, name, 3)).toCompletableFuture().join();
        assertThat(buckets.draw(bucket, name, 100).toCompletableFuture().join().tokens()).isEqualTo(3);
    }

    @Test
    void keysEndWithTheirWindow() {
        admitted(one, List.of(perUser("burst", 20, Duration.ofMinutes(1))), someone, 1);
        List<Long> lifetimes = redis.sync().keys("gatehouse:limit:*" + name).stream().map(redis.sync()::pttl).toList();
        assertThat(lifetimes).singleElement().satisfies(millis -> assertThat(millis).isBetween(30_000L, 61_000L));
    }

    @Test
    void aChangedLimitStartsAfresh() {
        allAtOnce(both, List.of(perUserAndHour(20)), someone, 20);
        assertThat(admitted(allAtOnce(both, List.of(perUserAndHour(30)), someone, 100))).isEqualTo(30);
    }

    @Test
    void startsAfreshAtMostOnceWhenRedisLosesItsData() {
        List<LimitSpec> limits = List.of(perUserAndHour(20));
        long before = admitted(allAtOnce(both, limits, someone, 5));
        redis.sync().keys("gatehouse:limit:*" + name).forEach(redis.sync()::del);
        assertThat(before + admitted(allAtOnce(both, limits, someone, 100))).isEqualTo(30);
    }
}
