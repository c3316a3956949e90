package dev.gatehouse.auth;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.devservices.Redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Tag("slow")
final class RedisFaultsIT {

    private Redis redis;
    private AuthServer server;
    private RevocationFeedReader feed;

    @BeforeEach
    void start() {
        redis = Redis.temporary();
        Map<String, String> environment = AuthServer.environment();
        environment.put("REDIS_URL", redis.url());
        server = AuthServer.start(environment);
        feed = new RevocationFeedReader(redis.url());
    }

    @AfterEach
    void stop() {
        feed.close();
        server.close();
        redis.close();
    }

    @Test
    void publishesARevocationOnceRedisIsBack() {
        SignedIn someone = server.someone();
        String sid = sid(someone);
        redis.kill();

        assertThat(server.postEmpty("/auth/logout", someone.bearer()).status()).isEqualTo(204);
        assertThat(server.get("/auth/me", someone.bearer()).problem()).isEqualTo("401 auth.revoked");
        assertThat(server.get("/auth/health").json().path("redis").asString()).isEqualTo("down");
        assertThat(server.get("/auth/health").status()).isEqualTo(200);

        redis.restart();
        awaitInFeed(sid);
    }

    @Test
    void servesAsFastWhileRedisHangs() {
        SignedIn someone = server.someone();
        String sid = sid(someone);
        redis.pause();
        try {
            long start = System.nanoTime();
            assertThat(server.postEmpty("/auth/logout", someone.bearer()).status()).isEqualTo(204);
            assertThat(server.login(someone.name()).accessToken()).isNotEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        } finally {
            redis.resume();
        }
        awaitInFeed(sid);
    }

    @Test
    void publishesEverythingAgainWhenRedisWasEmptied() {
        SignedIn someone = server.someone();
        String sid = sid(someone);
        server.postEmpty("/auth/logout", someone.bearer());
        awaitInFeed(sid);

        feed.forgetEverything();

        awaitInFeed(sid);
    }

    @Test
    void publishesEverythingAgainWhenOthersFilledTheEmptiedStreamFirst() {
        SignedIn first = server.someone();
        SignedIn second = server.someone();
        String firstSid = sid(first);
        String secondSid = sid(second);
        server.postEmpty("/auth/logout", first.bearer());
        awaitInFeed(firstSid);

        feed.forgetEverything();
        server.postEmpty("/auth/logout", second.bearer());

        awaitInFeed(secondSid);
        awaitInFeed(firstSid);
    }

    private void awaitInFeed(String sid) {
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).ignoreExceptions()
                .until(() -> feed.sessions().contains(sid));
    }

    private String sid(SignedIn someone) {
        return server.get("/auth/verify-token", someone.bearer()).text("sid");
    }
}
