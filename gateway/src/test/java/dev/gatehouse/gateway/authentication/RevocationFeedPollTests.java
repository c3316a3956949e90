package dev.gatehouse.gateway.authentication;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.connection.stream.StreamRecords;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.gateway.authentication.RevocationFeed.State;
import dev.gatehouse.gateway.authentication.RevocationFeed.Status;
import dev.gatehouse.gateway.pipeline.LogLines;

import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static org.assertj.core.api.Assertions.assertThat;

/// What the feed makes of one answer after another of a real Redis. It is told when to ask, and the clock is moved by hand.
class RevocationFeedPollTests {

    private static final Duration LONG = Duration.ofSeconds(5);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String UNTIL = Long.toString(NOW.plusSeconds(360).getEpochSecond());
    private static LettuceConnectionFactory connections;

    private final MovableClock clock = new MovableClock(NOW);
    private final Revocations revocations = new Revocations(clock);
    private final ReactiveStringRedisTemplate redis = new ReactiveStringRedisTemplate(connections);
    private final RevocationFeed feed = new RevocationFeed(Optional.of(redis), revocations, clock);
    private final LogLines log = LogLines.of(RevocationFeed.class);

    @BeforeAll
    static void connect() {
        connections = new LettuceConnectionFactory("127.0.0.1", Redis.shared().port());
        connections.afterPropertiesSet();
        connections.start();
        try (RevocationFeed first = new RevocationFeed(Optional.of(new ReactiveStringRedisTemplate(connections)),
                new Revocations(new MovableClock(NOW)), new MovableClock(NOW))) { // loads what the first answer of a JVM has to load
            first.poll().block(LONG);
        }
    }

    @AfterAll
    static void disconnect() {
        connections.destroy();
    }

    @BeforeEach
    void empty() {
        redis.delete(RevocationFeed.STREAM).block(LONG);
    }

    @AfterEach
    void close() {
        log.close();
        feed.close();
    }

    @Test
    void beginsWithThePastHour() {
        end("older", NOW.minus(HOUR), 0);
        end("younger", NOW.minus(HOUR), 1);

        poll();

        assertThat(revoked("older")).isFalse();
        assertThat(revoked("younger")).isTrue();
    }

    @Test
    void readsEachEntryOnce() {
        add(NOW, 1, Map.of("sid", ""));

        poll();
        poll(); // finds nothing new
        poll();

        assertThat(logged("Revocation without a session")).hasSize(1);
    }

    @Test
    void readsToTheEndHoweverMuchThereIs() {
        String script = "for i = 1, 1001 do redis.call('XADD', KEYS[1], ARGV[1] .. '-' .. i, 'sid', 's-' .. i, 'until', ARGV[2]) end return 1";
        redis.execute(RedisScript.of(script, Long.class), List.of(RevocationFeed.STREAM),
                List.of(Long.toString(NOW.toEpochMilli()), UNTIL)).blockLast(LONG); // one more than an answer holds

        poll();

        assertThat(feed.status().entries()).isEqualTo(1001);
    }

    /// As when Redis has lost its data, or another node with another clock has taken over.
    @ParameterizedTest
    @CsvSource({"0, 4", "-1, 9"})
    void followsAStreamWhoseIdsBeginAnew(long millis, long sequence) {
        end("before", NOW, 5);
        poll();
        redis.delete(RevocationFeed.STREAM).block(LONG);
        end("after", NOW.plusMillis(millis), sequence);

        poll(); // notices it
        poll();

        assertThat(revoked("after")).isTrue();
        assertThat(revoked("before")).isTrue();
    }

    @Test
    void beginsAnewWithAStreamThatIsGone() {
        end("before", NOW.plus(HOUR), 0);
        poll();
        redis.delete(RevocationFeed.STREAM).block(LONG);
        poll();
        end("after", NOW.plus(HOUR).minusMillis(1), 0);

        poll();

        assertThat(revoked("after")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "256, true", "257, false"})
    void takesNamesOfSessionsOfUpTo256Characters(int length, boolean taken) {
        add(NOW, 1, Map.of("sid", "x".repeat(length), "until", UNTIL));
        end("next", NOW, 2);

        poll();

        assertThat(revoked("x".repeat(length))).isEqualTo(taken);
        assertThat(revoked("next")).isTrue();
        assertThat(logged("Revocation without a session")).hasSize(taken ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource({"9223372036854775807, true", "253402300800, true", "-1, false", "-9223372036854775808, false"})
    void bearsEndsThatNoCalendarHas(String until, boolean held) {
        add(NOW, 1, Map.of("sid", "s-1", "until", until));
        end("next", NOW, 2);

        poll();

        assertThat(revoked("s-1")).isEqualTo(held);
        assertThat(revoked("next")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"soon", "''", "9223372036854775808"})
    void entryWithoutAnEndHoldsForAnHour(String until) {
        add(NOW, 1, Map.of("sid", "s-1", "until", until));
        poll();
        assertThat(logged("Revocation without an end")).hasSize(1);

        clock.move(HOUR.plus(IssuerSpec.MOST_LEEWAY));
        poll();
        assertThat(revoked("s-1")).isTrue();

        clock.move(Duration.ofSeconds(61));
        poll();
        assertThat(revoked("s-1")).isFalse();
    }

    @Test
    void sweepsOnceAMinute() {
        add(NOW, 1,
                Map.of("sid", "s-1", "until", Long.toString(NOW.plusSeconds(10).minus(IssuerSpec.MOST_LEEWAY).getEpochSecond())));
        poll();

        clock.move(Duration.ofMinutes(1));
        poll();
        assertThat(feed.status().entries()).isEqualTo(1);

        clock.move(Duration.ofMillis(1));
        poll();
        assertThat(feed.status().entries()).isZero();
    }

    @Test
    void isCurrentForFiveSecondsAfterAnAnswer() {
        end("s-1", NOW, 1);
        clock.move(Duration.ofSeconds(60));
        poll();
        Optional<Instant> answered = Optional.of(NOW.plusSeconds(60));
        assertThat(feed.status()).isEqualTo(new Status(State.CURRENT, answered, Duration.ZERO, 1));

        clock.move(Duration.ofSeconds(5));
        assertThat(feed.status()).isEqualTo(new Status(State.CURRENT, answered, Duration.ofSeconds(5), 1));

        clock.move(Duration.ofMillis(1));
        assertThat(feed.status()).isEqualTo(new Status(State.STALE, answered, Duration.ofMillis(5001), 1));
    }

    @Test
    void lagsSinceItsStartWhileItWasNeverAnswered() {
        clock.move(Duration.ofSeconds(5));
        assertThat(feed.status()).isEqualTo(new Status(State.CURRENT, Optional.empty(), Duration.ofSeconds(5), 0));

        clock.move(Duration.ofMillis(1));
        assertThat(feed.status()).isEqualTo(new Status(State.STALE, Optional.empty(), Duration.ofMillis(5001), 0));
    }

    @Test
    void neverLagsWhileItIsOff() {
        try (RevocationFeed off = RevocationFeed.off(revocations, clock)) {
            clock.move(HOUR);
            assertThat(off.status()).isEqualTo(new Status(State.OFF, Optional.empty(), Duration.ZERO, 0));
        }
    }

    @Test
    void tellsOfEachOutageOnceAndOnceOfItsEnd() {
        end("before", NOW, 1);
        poll();
        for (int outage = 1; outage <= 2; outage++) {
            redis.delete(RevocationFeed.STREAM).block(LONG);
            redis.opsForValue().set(RevocationFeed.STREAM, "no stream: each question gets an error").block(LONG);
            clock.move(Duration.ofSeconds(1));
            Optional<Instant> answered = feed.status().lastSuccess();
            poll();
            poll();
            assertThat(logged("WARN Revocation feed does not answer")).hasSize(outage);
            assertThat(logged("INFO Revocation feed answers again")).hasSize(outage - 1);
            assertThat(feed.status().lastSuccess()).isEqualTo(answered);
            assertThat(revoked("before")).isTrue();

            redis.delete(RevocationFeed.STREAM).block(LONG);
            poll();
            poll();
            assertThat(logged("INFO Revocation feed answers again")).hasSize(outage);
        }
    }

    @Test
    void knowsThePastOnceItFollows() {
        end("s-1", NOW, 1);
        try (RevocationFeed _ = RevocationFeed.follow(redis, revocations, clock)) {
            assertThat(revoked("s-1")).isTrue();
        }
    }

    @Test
    void endsItsThread() throws InterruptedException {
        Set<Thread> others = threads();
        RevocationFeed following = RevocationFeed.follow(redis, revocations, clock);
        Set<Thread> own = threads();
        own.removeAll(others);

        following.close();

        assertThat(own).hasSize(1);
        for (Thread thread : own) {
            assertThat(thread.join(LONG)).isTrue();
        }
    }

    @Test
    void whoIsInterruptedWhileItWaitsStaysSo() {
        Thread.currentThread().interrupt();
        try (RevocationFeed _ = RevocationFeed.follow(redis, revocations, clock)) {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("revocation-feed"))
                .collect(Collectors.toSet());
    }

    private void poll() {
        feed.poll().block(LONG);
    }

    private void end(String session, Instant at, long sequence) {
        add(at, sequence, Map.of("sid", session, "until", UNTIL));
    }

    private void add(Instant at, long sequence, Map<String, String> fields) {
        redis.opsForStream().add(StreamRecords.string(fields).withStreamKey(RevocationFeed.STREAM)
                .withId(RecordId.of(at.toEpochMilli(), sequence))).block(LONG);
    }

    private List<String> logged(String message) {
        return log.matching(line -> line.contains(message));
    }

    private boolean revoked(String session) {
        return revocations.revoked(
                new Caller.Authenticated("gatehouse", "alice", List.of(), List.of(), Instant.MAX, Map.of("sid", session)));
    }
}
