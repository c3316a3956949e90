package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static org.assertj.core.api.Assertions.assertThat;

/// What callers see of policies, rates and the limit on arrivals, and that Redis is away. Each test is a caller from an address of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitedRoutesIT {

    private TestUpstream upstream;
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        upstream = TestUpstream.start();
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        gateway = TestGateway.start("""
                version: 1
                issuers:
                  test: { issuer: "http://localhost:8080", jwks: "file:%1$s", audiences: [api] }
                arrivals: { requests: 30, every: 1h }
                policies:
                  hour: { per: user, requests: 3, every: 1h, rates: [{ when: { claim: plan, is: pro }, requests: 5 }] }
                  each: { per: ip, requests: 20, every: 1h, scope: global }
                routes:
                  - { id: one, match: { path: /one }, upstream: %2$s, access: optional, limits: [hour] }
                  - { id: two, match: { path: /two }, upstream: %2$s, access: optional, limits: [hour] }
                  - { id: free, match: { path: /free }, upstream: %2$s, access: public }
                """.formatted(keys, upstream.url()), Map.of("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1/32", "REDIS_URL",
                "redis://127.0.0.1:" + FreePorts.next()));
    }

    @AfterAll
    void stop() {
        gateway.close();
        upstream.close();
    }

    private HttpResponse<String> get(String path, String address, TestTokens token) throws Exception {
        return gateway.get(path, "X-Forwarded-For", address, "Authorization", "Bearer " + token.signed());
    }

    private int passed(int times, String path, String address) throws Exception {
        int passed = 0;
        for (int i = 0; i < times; i++) {
            passed += gateway.get(path, "X-Forwarded-For", address).statusCode() == 200 ? 1 : 0;
        }
        return passed;
    }

    @Test
    void routesOfAGroupCountTogether() throws Exception {
        TestTokens alice = TestTokens.validAt(Instant.now()).claim("sub", "group-alice");
        get("/one", "192.0.2.1", alice);
        get("/one", "192.0.2.1", alice);
        assertThat(get("/two", "192.0.2.1", alice).headers().firstValue("RateLimit")).hasValueSatisfying(
                field -> assertThat(field).contains(", \"hour\";r=0;t="));
        assertThat(get("/two", "192.0.2.1", alice).statusCode()).isEqualTo(429);
    }

    @Test
    void aClaimBringsAnotherRate() throws Exception {
        TestTokens pro = TestTokens.validAt(Instant.now()).claim("sub", "pro").claim("plan", "pro");
        HttpResponse<String> first = get("/one", "192.0.2.2", pro);
        assertThat(first.headers().firstValue("RateLimit-Policy")).hasValue(
                "\"arrivals\";q=30;w=3600, \"hour\";q=5;w=3600, \"each\";q=20;w=3600");
        assertThat(first.headers().firstValue("RateLimit")).hasValueSatisfying(
                field -> assertThat(field).contains("\"arrivals\";r=29;t=", ", \"hour\";r=4;t="));
    }

    @Test
    void anAnswerSaysThatThisInstanceCountsAlone() throws Exception {
        assertThat(gateway.get("/one", "X-Forwarded-For", "192.0.2.8").headers().firstValue("X-Gatehouse-Limits"))
                .hasValue("local");
    }

    @Test
    void aTokenThatAnonymousCallersLackBringsThemNoRate() throws Exception {
        assertThat(passed(6, "/one", "192.0.2.3")).isEqualTo(3);
    }

    @Test
    void aGlobalPolicyHoldsForRoutesThatDoNotNameIt() throws Exception {
        assertThat(passed(25, "/free", "192.0.2.4")).isEqualTo(20);
    }

    @Test
    void aFloodOfBadTokensIsTurnedAwayBeforeTheyAreRead() throws Exception {
        int unauthorized = 0;
        HttpResponse<String> last = null;
        for (int i = 0; i < 35; i++) {
            last = gateway.get("/one", "X-Forwarded-For", "192.0.2.5", "Authorization", "Bearer bad");
            unauthorized += last.statusCode() == 401 ? 1 : 0;
        }
        assertThat(unauthorized).isEqualTo(30);
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.body()).contains("\"code\":\"limit.exceeded\"");
        assertThat(last.headers().firstValue("RateLimit-Policy")).hasValue("\"arrivals\";q=30;w=3600");
        assertThat(last.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void aRefusalSaysWhatIsLeftOfArrivals() throws Exception {
        HttpResponse<String> answer = gateway.get("/one", "X-Forwarded-For", "192.0.2.7", "Authorization", "Bearer bad");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("RateLimit-Policy")).hasValue("\"arrivals\";q=30;w=3600");
        assertThat(answer.headers().firstValue("RateLimit")).hasValueSatisfying(
                field -> assertThat(field).startsWith("\"arrivals\";r=29;t="));
    }

    @Test
    void arrivalsAreCounted() throws Exception {
        assertThat(passed(31, "/nowhere", "192.0.2.9")).isZero();
        assertThat(gateway.bean(MeterRegistry.class).get("gatehouse.arrivals.decisions").tag("outcome", "exceeded").counter()
                .count()).isPositive();
    }

    @Test
    void probesAreNoArrivals() throws Exception {
        assertThat(passed(40, "/livez", "192.0.2.6")).isEqualTo(40);
        assertThat(passed(40, "/readyz?verbose", "192.0.2.6")).isEqualTo(40);
    }
}
