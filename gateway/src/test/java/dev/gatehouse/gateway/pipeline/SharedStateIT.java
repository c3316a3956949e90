package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static org.assertj.core.api.Assertions.assertThat;

/// What two gateways share through a real Redis: ended sessions and limits.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedStateIT {

    private Redis redis;
    private TestUpstream upstream;
    private TestGateway one;
    private TestGateway two;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        redis = Redis.temporary();
        upstream = TestUpstream.start();
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        String routes = """
                version: 1
                issuers:
                  test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], algorithms: [ES256], typ: [at+jwt] }
                routes:
                  - { id: api, match: { path: /api/** }, upstream: %2$s, access: signed-in }
                  - id: limited
                    match: { path: /limited/** }
                    upstream: %2$s
                    access: signed-in
                    limits: [ { name: burst, per: user, requests: 20, every: 1h } ]
                """.formatted(keys, upstream.url());
        one = TestGateway.start(routes, Map.of("REDIS_URL", redis.url()));
        two = TestGateway.start(routes, Map.of("REDIS_URL", redis.url()));
    }

    @AfterAll
    void stop() {
        one.close();
        two.close();
        upstream.close();
        redis.close();
    }

    @Test
    void bothRefuseAnEndedSessionWithinASecond() throws Exception {
        String credentials = "Bearer " + TestTokens.validAt(Instant.now()).claim("sid", "ended-session").signed();
        assertThat(one.get("/api/x", "Authorization", credentials).statusCode()).isEqualTo(200);

        try (RedisClient client = RedisClient.create(redis.url())) {
            client.connect().sync().xadd("gatehouse:revocations",
                    Map.of("sid", "ended-session", "until", Long.toString(Instant.now().plusSeconds(600).getEpochSecond())));
        }

        assertThat(refusalWithin(Duration.ofSeconds(5), one, credentials)).contains("auth.revoked");
        assertThat(refusalWithin(Duration.ofSeconds(5), two, credentials)).contains("auth.revoked");
    }

    @Test
    void bothTogetherGrantTheLimitOnce() throws Exception {
        String credentials = "Bearer " + TestTokens.validAt(Instant.now()).claim("sub", "shared-user").signed();
        // The limiter opens its connection in the background; until it stands, an instance counts alone.
        awaitShared(one);
        awaitShared(two);
        int passed = 0;
        for (int i = 0; i < 25; i++) {
            passed += one.get("/limited/x", "Authorization", credentials).statusCode() == 200 ? 1 : 0;
            passed += two.get("/limited/x", "Authorization", credentials).statusCode() == 200 ? 1 : 0;
        }

        assertThat(passed).isBetween(20, 22);
    }

    private static void awaitShared(TestGateway gateway) throws Exception {
        Instant deadline = Instant.now().plusSeconds(20);
        for (int i = 0; Instant.now().isBefore(deadline); i++) {
            String warmUp = "Bearer "
                    + TestTokens.validAt(Instant.now()).claim("sub", "warm-up-" + gateway.port() + "-" + i).signed();
            gateway.get("/limited/x", "Authorization", warmUp);
            if (gateway.bean(MeterRegistry.class).get("gatehouse.limiter.decisions").tags("mode", "redis", "outcome", "admitted")
                    .counter()
                    .count() > 0) {
                return;
            }
        }
        throw new AssertionError("the limiter never reached Redis");
    }

    private static String refusalWithin(Duration time, TestGateway gateway, String credentials) throws Exception {
        Instant deadline = Instant.now().plus(time);
        HttpResponse<String> answer = gateway.get("/api/x", "Authorization", credentials);
        while (answer.statusCode() == 200 && Instant.now().isBefore(deadline)) {
            answer = gateway.get("/api/x", "Authorization", credentials);
        }
        return answer.body();
    }
}
