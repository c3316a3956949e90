package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.devservices.RedisCluster;
import dev.gatehouse.devservices.RedisSentinel;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static org.assertj.core.api.Assertions.assertThat;

/// Two gateways that share a Redis Cluster, or a Redis with a replica and a sentinel.
@Tag("slow")
class RedisTopologiesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void shareThroughACluster() throws Exception {
        try (RedisCluster redis = RedisCluster.temporary();
                TestUpstream upstream = TestUpstream.start();
                TestGateway one = start(redis.url(), upstream);
                TestGateway two = start(redis.url(), upstream)) {
            limitsCountOnce(one, two, "alice");
            assertThat(keys(one)).isEqualTo(keys(two));
            endedSessionIsKnown(one, two, "first", () -> {
                try (RedisClusterClient client = RedisClusterClient.create(redis.nodes().getFirst().url())) {
                    client.connect().sync().xadd("gatehouse:revocations", ended("first"));
                }
            });

            redis.nodes().getLast().kill();

            for (int i = 0; i < 20; i++) { // users whose counts lay there count for each gateway alone
                assertThat(ask(one, "user" + i, "session")).isEqualTo(200);
            }
        }
    }

    @Test
    void followTheSentinelToTheReplica() throws Exception {
        try (RedisSentinel redis = RedisSentinel.temporary();
                TestUpstream upstream = TestUpstream.start();
                TestGateway one = start(redis.url(), upstream);
                TestGateway two = start(redis.url(), upstream)) {
            limitsCountOnce(one, two, "alice");
            assertThat(keys(one)).isEqualTo(keys(two));
            endedSessionIsKnown(one, two, "first", () -> revoke(redis.master(), "first"));

            redis.master().kill();
            assertThat(ask(one, "bob", "session")).isEqualTo(200);

            assertThat(Deadline.in(PATIENCE).await(() -> isShared(one, "carol") && isShared(two, "carol"))).isTrue();
            limitsCountOnce(one, two, "dora");
            endedSessionIsKnown(one, two, "second", () -> revoke(redis.replica(), "second"));
        }
    }

    private TestGateway start(String redis, TestUpstream upstream) throws IOException {
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        return TestGateway.start("""
                version: 1
                issuers:
                  test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], algorithms: [ES256], typ: [at+jwt] }
                routes:
                  - id: limited
                    match: { path: /limited }
                    upstream: %s
                    access: signed-in
                    limits: [ { name: burst, per: user, requests: 20, every: 1h } ]
                """.formatted(keys, upstream.url()),
                Map.of("REDIS_URL", redis, "GATEHOUSE_LIMITER_DEADLINE", "1s", "GATEHOUSE_KEK",
                        Base64.getEncoder().encodeToString(new byte[32])));
    }

    private static void limitsCountOnce(TestGateway one, TestGateway two, String user) throws Exception {
        double alone = decidedAlone(one) + decidedAlone(two);
        int passed = 0;
        for (int i = 0; i < 15; i++) {
            passed += ask(one, user, "session") == 200 ? 1 : 0;
            passed += ask(two, user, "session") == 200 ? 1 : 0;
        }
        assertThat(decidedAlone(one) + decidedAlone(two)).isEqualTo(alone);
        assertThat(passed).isEqualTo(20);
    }

    private static void endedSessionIsKnown(TestGateway one, TestGateway two, String session, Runnable end) throws Exception {
        assertThat(ask(one, session, session)).isEqualTo(200);
        end.run();
        assertThat(Deadline.in(PATIENCE).await(() -> refuses(one, session) && refuses(two, session))).isTrue();
    }

    private static void revoke(Redis redis, String session) {
        try (RedisClient client = RedisClient.create(redis.url())) {
            client.connect().sync().xadd("gatehouse:revocations", ended(session));
        }
    }

    private static Map<String, String> ended(String session) {
        return Map.of("sid", session, "until", Long.toString(Instant.now().plusSeconds(600).getEpochSecond()));
    }

    private static boolean refuses(TestGateway gateway, String session) {
        return asked(gateway, "somebody-" + session, session) == 401;
    }

    private static boolean isShared(TestGateway gateway, String user) {
        double alone = decidedAlone(gateway);
        return asked(gateway, user + System.nanoTime(), "session") == 200 && decidedAlone(gateway) == alone;
    }

    private static int asked(TestGateway gateway, String user, String session) {
        try {
            return ask(gateway, user, session);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private static int ask(TestGateway gateway, String user, String session) throws Exception {
        return gateway.get("/limited", "Authorization",
                "Bearer " + TestTokens.validAt(Instant.now()).claim("sub", user).claim("sid", session).signed()).statusCode();
    }

    private static String keys(TestGateway gateway) throws Exception {
        return gateway.get("/.well-known/gatehouse/jwks.json").body();
    }

    private static double decidedAlone(TestGateway gateway) {
        return gateway.bean(MeterRegistry.class).get("gatehouse.limiter.decisions").tag("mode", "local").counters().stream()
                .mapToDouble(Counter::count).sum();
    }
}
