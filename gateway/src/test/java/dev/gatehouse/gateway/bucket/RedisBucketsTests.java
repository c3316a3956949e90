package dev.gatehouse.gateway.bucket;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.VerboseResult;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.gateway.bucket.Buckets.Drawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// Against a real Redis and beside Bucket4j's own manager; the clock is moved by hand.
class RedisBucketsTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private static RedisClient client;
    private static StatefulRedisConnection<byte[], byte[]> connection;

    private final AtomicLong millis = new AtomicLong(1_800_000_000_123L);
    private final InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
    private final String key = "test:" + UUID.randomUUID();
    private final CountedCommands redis = new CountedCommands(connection.async());
    private final RedisBuckets buckets = new RedisBuckets(() -> CompletableFuture.completedStage(redis.commands()), clock);

    RedisBucketsTests() {
        buckets.firstAttempt().toCompletableFuture().join();
    }

    @BeforeAll
    static void connect() {
        client = RedisClient.create(Redis.shared().url());
        connection = client.connect(ByteArrayCodec.INSTANCE);
    }

    @AfterAll
    static void disconnect() {
        client.shutdown();
    }

    private Drawn draw(WindowBucket bucket, long tokens) {
        return buckets.draw(bucket, key, tokens).toCompletableFuture().join();
    }

    private void giveBack(WindowBucket bucket, long tokens) {
        buckets.giveBack(bucket, key, tokens).toCompletableFuture().join();
    }

    private static byte[] octets(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /// Bucket4j as it comes.
    private BucketProxy bucket4j(String name, long capacity, Duration every) {
        return Bucket4jLettuce.casBasedBuilder(connection)
                .clientClock(new WallClock(clock))
                .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofSeconds(1)))
                .build()
                .builder()
                .build(octets(name), () -> BucketConfiguration.builder()
                        .addLimit(limit -> limit.capacity(capacity).refillIntervally(capacity, every))
                        .build());
    }

    private static Drawn draw(BucketProxy bucket, long tokens) {
        VerboseResult<Long> result = bucket.asVerbose().tryConsumeAsMuchAsPossible(tokens);
        long fullAt = result.getOperationTimeNanos() + result.getDiagnostics().calculateFullRefillingTime();
        return new Drawn(result.getValue(), result.getDiagnostics().getAvailableTokens(), TimeUnit.NANOSECONDS.toMillis(fullAt));
    }

    /// Some of every kind: the greatest capacity and the longest window are those that a limit may have.
    @ParameterizedTest
    @ValueSource(longs = {1, 20, 250, 65_536, 1_000_000_000})
    void agreesWithBucket4jAtEveryStep(long capacity) {
        for (Duration every : List.of(HOUR, Duration.ofDays(366))) {
            String other = key + ":" + every;
            WindowBucket ours = new WindowBucket(capacity, every);
            BucketProxy theirs = bucket4j("bucket4j:" + other, capacity, every);
            assertThat(buckets.draw(ours, other, 1).toCompletableFuture().join()).isEqualTo(draw(theirs, 1));
            Random random = new Random(capacity);
            for (int i = 0; i < 60; i++) {
                long tokens = 1 + random.nextLong(capacity);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        buckets.giveBack(ours, other, tokens).toCompletableFuture().join();
                        theirs.addTokens(tokens);
                    }
                    case 1 -> millis.addAndGet(random.nextLong(every.toMillis()));
                    default -> assertThat(buckets.draw(ours, other, tokens).toCompletableFuture().join())
                            .isEqualTo(draw(theirs, tokens));
                }
            }
        }
    }

    /// So does a fleet of which some gateways are older.
    @Test
    void sharesABucketWithBucket4j() {
        WindowBucket ours = new WindowBucket(20, HOUR);
        BucketProxy theirs = bucket4j(key, 20, HOUR);
        long first = draw(ours, 3).tokens() + draw(theirs, 4).tokens() + draw(ours, 5).tokens() + draw(theirs, 100).tokens();
        millis.addAndGet(HOUR.toMillis());
        long second = draw(theirs, 3).tokens() + draw(ours, 100).tokens() + draw(theirs, 100).tokens();
        assertThat(List.of(first, second)).containsExactly(20L, 20L);
    }

    @Test
    void drawsWithOneCommandWithinAWindow() {
        WindowBucket bucket = new WindowBucket(1_000, HOUR);
        draw(bucket, 1);
        redis.forget();
        for (int i = 0; i < 10; i++) {
            draw(bucket, 1);
        }
        assertThat(redis.count()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sixteenWhoBeginAWindowTogetherNeedTwoCommandsEach(boolean seenBefore) {
        WindowBucket bucket = new WindowBucket(20, HOUR);
        if (seenBefore) {
            draw(bucket, 20);
            millis.addAndGet(HOUR.toMillis());
        }
        redis.forget();
        redis.answerTogether(16);
        List<CompletableFuture<Drawn>> draws = Stream.generate(() -> buckets.draw(bucket, key, 3).toCompletableFuture()).limit(16)
                .toList();
        assertThat(draws.stream().mapToLong(drawn -> drawn.join().tokens()).sum()).isEqualTo(20);
        assertThat(redis.count()).isEqualTo(32);
    }

    @Test
    void keepsNothingLongerThanTheWindow() {
        WindowBucket bucket = new WindowBucket(20, HOUR);
        draw(bucket, 1);
        connection.sync().pexpire(octets(key), 60_000);
        draw(bucket, 1);
        giveBack(bucket, 1);
        assertThat(connection.sync().pttl(octets(key))).isBetween(1L, 60_000L);
    }

    @Test
    void tokensOfAWindowThatHasEndedAreNotGivenBack() {
        WindowBucket bucket = new WindowBucket(20, HOUR);
        draw(bucket, 20);
        millis.addAndGet(HOUR.toMillis());
        giveBack(bucket, 5);
        assertThat(draw(bucket, 100).tokens()).isEqualTo(20);
    }

    @Test
    void goesOnWithARedisThatForgotTheScript() {
        WindowBucket bucket = new WindowBucket(20, HOUR);
        draw(bucket, 5);
        connection.sync().scriptFlush();
        assertThat(draw(bucket, 100).tokens()).isEqualTo(15);
    }

    @Test
    void failsOnWhatIsNoBucket() {
        connection.sync().set(octets(key), octets("no bucket"));
        assertThatThrownBy(() -> draw(new WindowBucket(20, HOUR), 1)).isInstanceOf(Exception.class);
    }

    private record WallClock(InstantSource source) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return TimeUnit.MILLISECONDS.toNanos(source.millis());
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }
}
