package dev.gatehouse.auth;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.lettuce.core.Range;
import io.lettuce.core.cluster.RedisClusterClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.throttle.Subjects;
import dev.gatehouse.auth.throttle.TestThrottle;
import dev.gatehouse.devservices.RedisCluster;
import dev.gatehouse.devservices.RedisSentinel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// The service on a Redis Cluster, and on a Redis with a replica and a sentinel.
@Tag("slow")
final class RedisTopologiesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void countsAndPublishesThroughACluster() {
        try (RedisCluster redis = RedisCluster.temporary();
                AuthServer one = start(redis.url(), AuthServer.environment());
                RedisClusterClient reader = RedisClusterClient.create(redis.nodes().getFirst().url())) {
            List<SignedIn> people = List.of(one.someone(), one.someone(), one.someone(), one.someone());
            for (SignedIn someone : people) { // whose counts lie on different nodes
                failsOnce(one, someone);
                assertThat(failures(redis.url(), one, someone)).isEqualTo(1);
            }
            String sid = endSession(one, people.getFirst());
            await().atMost(PATIENCE).until(() -> reader.connect().sync().xrange("gatehouse:revocations", Range.unbounded())
                    .stream().anyMatch(entry -> sid.equals(entry.getBody().get("sid"))));
            assertThat(one.get("/auth/health").text("redis")).isEqualTo("up");

            redis.nodes().getLast().kill();

            for (SignedIn someone : people) { // those whose counts lay there are counted by each instance alone
                assertThat(one.login(someone.name()).accessToken()).isNotEmpty();
            }
        }
    }

    @Test
    void followsTheSentinelToTheReplica() {
        Map<String, String> environment = AuthServer.environment();
        try (RedisSentinel redis = RedisSentinel.temporary(); AuthServer one = start(redis.url(), environment)) {
            SignedIn first = one.someone();
            SignedIn second = one.someone();
            failsOnce(one, first);
            assertThat(failures(redis.url(), one, first)).isEqualTo(1);
            String before = endSession(one, first);
            try (var feed = new RevocationFeedReader(redis.master().url())) {
                await().atMost(PATIENCE).until(() -> feed.sessions().contains(before));
            }

            redis.master().kill();
            assertThat(one.login(second.name()).accessToken()).as("nobody waits").isNotEmpty();
            String after = endSession(one, second);

            try (var feed = new RevocationFeedReader(redis.replica().url())) {
                await().atMost(PATIENCE).ignoreExceptions().until(() -> feed.sessions().containsAll(List.of(before, after)));
            }
            await().atMost(PATIENCE).until(() -> one.get("/auth/health").text("redis").equals("up"));
            failsOnce(one, second);
            assertThat(failures(redis.url(), one, second)).isEqualTo(1);
        }
    }

    private static AuthServer start(String redis, Map<String, String> environment) {
        environment.put("REDIS_URL", redis);
        return AuthServer.start(environment);
    }

    private static void failsOnce(AuthServer server, SignedIn someone) {
        assertThat(server.post("/auth/login", AuthServer.login(someone.name(), "not the password")).problem())
                .isEqualTo("401 login.failed");
    }

    private static int failures(String redis, AuthServer server, SignedIn someone) {
        var id = server.database().sql("SELECT id FROM account WHERE username = ?").param(someone.name())
                .query(java.util.UUID.class).single();
        return TestThrottle.failures(redis, server.bean(Subjects.class).of(id));
    }

    private static String endSession(AuthServer server, SignedIn someone) {
        String sid = server.get("/auth/verify-token", someone.bearer()).text("sid");
        assertThat(server.postEmpty("/auth/logout", someone.bearer()).status()).isEqualTo(204);
        return sid;
    }
}
