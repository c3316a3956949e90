package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.Counter;
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

/// What two gateways share through a real Redis: ended sessions, limits and the keys of assertions.
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
        // A busy machine stands still for longer than a decision waits by default.
        Map<String, String> settings = Map.of("REDIS_URL", redis.url(), "GATEHOUSE_LIMITER_DEADLINE", "1s", "GATEHOUSE_KEK",
                Base64.getEncoder().encodeToString(new byte[32]));
        one = TestGateway.start(routes, settings);
        two = TestGateway.start(routes, settings);
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
        int passed = 0;
        for (int i = 0; i < 25; i++) {
            passed += one.get("/limited/x", "Authorization", credentials).statusCode() == 200 ? 1 : 0;
            passed += two.get("/limited/x", "Authorization", credentials).statusCode() == 200 ? 1 : 0;
        }

        assertThat(decidedAlone(one) + decidedAlone(two)).isZero();
        assertThat(passed).isEqualTo(20);
    }

    @Test
    void bothSignAssertionsWithOneKey() throws Exception {
        one.get("/api/x", "Authorization", "Bearer " + TestTokens.validAt(Instant.now()).claim("sub", "from-one").signed());
        TestUpstream.Received received = upstream.next();
        while (!received.all("X-User-Id").contains("from-one")) {
            received = upstream.next();
        }
        SignedJWT assertion = SignedJWT.parse(received.all("X-Gatehouse-Assertion").getFirst());

        String keys = two.get("/.well-known/gatehouse/jwks.json").body();

        assertThat(assertion.verify(new ECDSAVerifier(JWKSet.parse(keys).getKeys().getFirst().toECKey()))).isTrue();
        assertThat(one.get("/.well-known/gatehouse/jwks.json").body()).isEqualTo(keys);
        assertThat(keys).doesNotContain("\"d\"");
    }

    @Test
    void keyThatIsDroppedAtOneIsGoneAtBoth() throws Exception {
        String old = one.get("/.well-known/gatehouse/jwks.json").body();
        HttpResponse<String> dropped = one.send(HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + one.managementPort() + "/operator/assertion-keys/drop"))
                .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(dropped.statusCode()).isEqualTo(200);
        String fresh = one.get("/.well-known/gatehouse/jwks.json").body();
        assertThat(JWKSet.parse(fresh).getKeys()).hasSize(1).doesNotContainAnyElementsOf(JWKSet.parse(old).getKeys());

        Instant deadline = Instant.now().plusSeconds(30);
        String other = two.get("/.well-known/gatehouse/jwks.json").body();
        while (!other.equals(fresh) && Instant.now().isBefore(deadline)) {
            other = two.get("/.well-known/gatehouse/jwks.json").body();
        }
        assertThat(other).isEqualTo(fresh);
    }

    private static double decidedAlone(TestGateway gateway) {
        return gateway.bean(MeterRegistry.class).get("gatehouse.limiter.decisions").tag("mode", "local").counters().stream()
                .mapToDouble(Counter::count).sum();
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
