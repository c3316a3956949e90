package dev.gatehouse.gateway.authentication;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BooleanSupplier;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.SocketOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.connection.stream.StreamRecords;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.gateway.authentication.RevocationFeed.State;

import static org.assertj.core.api.Assertions.assertThat;

/// Against a real Redis that is killed, paused and emptied.
class RevocationFeedTests {

    private static final Duration LONG = Duration.ofSeconds(30); // slow machines must not fail these tests
    private static Redis server;
    private static LettuceConnectionFactory connections;

    private final Clock clock = Clock.systemUTC();
    private final Revocations revocations = new Revocations(clock);
    private final ReactiveStringRedisTemplate redis = new ReactiveStringRedisTemplate(connections);
    private final RevocationFeed feed = RevocationFeed.follow(redis, revocations, clock);

    @BeforeAll
    static void start() {
        server = Redis.temporary();
        connections = new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", server.port()),
                LettuceClientConfiguration.builder()
                        .commandTimeout(Duration.ofSeconds(1))
                        .clientOptions(ClientOptions.builder()
                                .socketOptions(SocketOptions.builder().connectTimeout(Duration.ofSeconds(1)).build())
                                .build())
                        .build());
        connections.afterPropertiesSet();
        connections.start();
    }

    @AfterAll
    static void stop() {
        connections.destroy();
        server.close();
    }

    @AfterEach
    void close() {
        feed.close();
    }

    @Test
    void learnsOfEndedSession() {
        String session = end(inSixMinutes());
        await(() -> revoked(session));
        await(() -> feed.status().state() == State.CURRENT);
        assertThat(feed.status().entries()).isPositive();
    }

    @Test
    void learnsWhatHappenedBeforeItStarted() {
        String session = end(inSixMinutes());
        Revocations others = new Revocations(clock);
        try (RevocationFeed _ = RevocationFeed.follow(redis, others, clock)) {
            await(() -> others.revoked(caller(session)));
        }
    }

    @Test
    void readsMoreThanOneBatch() {
        int before = revocations.entries();
        Flux.range(0, 2500).flatMap(_ -> write(Map.of("sid", UUID.randomUUID().toString(), "until", inSixMinutes())), 64)
                .then()
                .block(LONG);
        await(() -> revocations.entries() >= before + 2500);
    }

    @Test
    @Tag("slow")
    void survivesServerThatIsKilled() {
        String before = end(inSixMinutes());
        await(() -> revoked(before));
        server.kill();
        await(() -> feed.status().state() == State.STALE);
        assertThat(revoked(before)).isTrue();
        server.restart();
        String after = end(inSixMinutes());
        await(() -> revoked(after));
        assertThat(revoked(before)).isTrue();
        await(() -> feed.status().state() == State.CURRENT);
    }

    @Test
    @Tag("slow")
    void survivesServerThatStandsStill() {
        String before = end(inSixMinutes());
        await(() -> revoked(before));
        server.pause();
        await(() -> feed.status().state() == State.STALE);
        assertThat(revoked(before)).isTrue();
        server.resume();
        String after = end(inSixMinutes());
        await(() -> revoked(after));
    }

    @Test
    void survivesServerThatLosesItsData() {
        String before = end(inSixMinutes());
        await(() -> revoked(before));
        redis.getConnectionFactory().getReactiveConnection().serverCommands().flushAll().block(LONG);
        String after = end(inSixMinutes());
        await(() -> revoked(after));
        assertThat(revoked(before)).isTrue();
    }

    @Test
    void followsStreamWhoseIdsBeginAnew() {
        String future = UUID.randomUUID().toString();
        redis.opsForStream()
                .add(StreamRecords.string(Map.of("sid", future, "until", inSixMinutes()))
                        .withStreamKey(RevocationFeed.STREAM)
                        .withId(RecordId.of(clock.millis() + 600_000, 0)))
                .block(LONG);
        await(() -> revoked(future));
        redis.delete(RevocationFeed.STREAM).block(LONG); // as when a node with another clock takes over
        String after = end(inSixMinutes());
        await(() -> revoked(after));
    }

    @Test
    void bearsEntriesThatSayNothing() {
        String endless = UUID.randomUUID().toString();
        write(Map.of("foo", "bar")).block(LONG);
        write(Map.of("sid", "", "until", "x")).block(LONG);
        write(Map.of("sid", "x".repeat(10_000), "until", inSixMinutes())).block(LONG);
        write(Map.of("sid", endless, "until", "soon")).block(LONG);
        String session = end(inSixMinutes());
        await(() -> revoked(session));
        assertThat(revoked(endless)).isTrue(); // better an hour too long than not at all
    }

    @Test
    void saysThatItIsOff() {
        try (RevocationFeed off = RevocationFeed.off(revocations, clock)) {
            assertThat(off.status().state()).isEqualTo(State.OFF);
            assertThat(off.status().lag()).isZero();
        }
    }

    private String end(String until) {
        String session = UUID.randomUUID().toString();
        write(Map.of("sid", session, "until", until)).block(LONG);
        return session;
    }

    private Mono<?> write(Map<String, String> entry) {
        return redis.opsForStream()
                .add(StreamRecords.string(entry).withStreamKey(RevocationFeed.STREAM))
                .retryWhen(reactor.util.retry.Retry.fixedDelay(100, Duration.ofMillis(100)));
    }

    private String inSixMinutes() {
        return Long.toString(clock.instant().plusSeconds(360).getEpochSecond());
    }

    private boolean revoked(String session) {
        return revocations.revoked(caller(session));
    }

    private static Caller.Authenticated caller(String session) {
        return new Caller.Authenticated("gatehouse", "alice", List.of(), List.of(), Instant.MAX, Map.of("sid", session));
    }

    private static void await(BooleanSupplier condition) {
        Objects.requireNonNull(
                Flux.interval(Duration.ZERO, Duration.ofMillis(20)).map(_ -> condition.getAsBoolean()).filter(met -> met)
                        .blockFirst(LONG));
    }
}
