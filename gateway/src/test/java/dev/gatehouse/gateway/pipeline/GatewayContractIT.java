package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static dev.gatehouse.gateway.pipeline.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

/// What callers and backends see of a running gateway: the header contract and the error contract.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayContractIT {

    private static final String RESERVED_BY_CLIENT = "root";

    private TestUpstream upstream;
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        upstream = TestUpstream.start();
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        gateway = TestGateway
                .start("""
                        version: 1
                        issuers:
                          test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], algorithms: [ES256, RS256], typ: [at+jwt] }
                        routes:
                          - { id: api, match: { path: /api/** }, upstream: %2$s, access: signed-in }
                          - { id: admin, match: { path: /api/admin/** }, upstream: %2$s, access: { roles: [admin] } }
                          - { id: read, match: { path: /orders/**, methods: [GET] }, upstream: %2$s, access: { scopes: [orders:read] } }
                          - { id: open, match: { path: /open/** }, upstream: %2$s, access: public, max-body: 1KB }
                          - { id: maybe, match: { path: /maybe/** }, upstream: %2$s, access: optional }
                          - { id: stripped, match: { path: /svc/a/** }, upstream: "%2$s/base", access: public, strip-prefix: 2, forward-token: true }
                          - id: limited
                            match: { path: /limited/** }
                            upstream: %2$s
                            access: signed-in
                            limits: [ { name: burst, per: user, requests: 20, every: 1h } ]
                        """
                        .formatted(keys, upstream.url()), Map.of());
    }

    @AfterAll
    void stop() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void forgetRequests() {
        while (!upstream.isUntouched()) {
            upstream.next();
        }
    }

    private static TestTokens alice() {
        return TestTokens.validAt(Instant.now());
    }

    private static String bearer(TestTokens token) {
        return "Bearer " + token.signed();
    }

    @Test
    void tellsTheBackendWhoIsCalling() throws Exception {
        gateway.get("/api/hello", "Authorization", bearer(alice()));

        TestUpstream.Received received = upstream.next();
        assertThat(received.all("X-User-Id")).containsExactly("alice");
        assertThat(received.all("X-User-Roles")).containsExactly("user,admin");
        assertThat(received.all("X-Session-Id")).containsExactly("session-1");
        assertThat(received.all("Authorization")).isEmpty();
        assertThat(received.all("X-Request-Id")).hasSize(1);
        assertThat(received.all("X-Forwarded-For")).containsExactly("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({"X-User-Id", "x-user-id", "X_User_Id", "x_user_id", "X.User.Id", "X-User_Id"})
    void dropsAnIdentityThatTheClientSends(String name) throws Exception {
        String answer = RawClient.exchange(gateway.port(),
                "GET /api/hello HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + bearer(alice())
                        + "\r\n" + name + ": " + RESERVED_BY_CLIENT + "\r\nConnection: close, X-User-Id\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(upstream.next().all("X-User-Id")).containsExactly("alice");
    }

    @Test
    void tellsAPublicBackendNothingThatTheClientClaims() throws Exception {
        gateway.get("/open/hello", "X-User-Id", "root", "X-Gatehouse-Assertion", "forged");

        TestUpstream.Received received = upstream.next();
        assertThat(received.all("X-User-Id")).isEmpty();
        assertThat(received.all("X-Gatehouse-Assertion")).isEmpty();
    }

    @Test
    void hidesWhatTheUpstreamMayNotSay() throws Exception {
        HttpResponse<String> answer = gateway.get("/open/hello");

        assertThat(answer.headers().firstValue("Server")).isEmpty();
        assertThat(answer.headers().firstValue("X-User-Id")).isEmpty();
        assertThat(answer.headers().firstValue("X-Answer")).contains("yes");
        assertThat(answer.headers().allValues("X-Request-Id")).hasSize(1);
    }

    @Test
    void stripsThePrefixAndKeepsTheRestByteByByte() throws Exception {
        gateway.get("/svc/a/x%20y/z?q=a%2Fb&r=%7B");

        assertThat(upstream.next().target()).isEqualTo("/base/x%20y/z?q=a%2Fb&r=%7B");
    }

    @Test
    void forwardsTheTokenWhereTheRouteSaysSo() throws Exception {
        String credentials = bearer(alice());

        gateway.get("/svc/a/b", "Authorization", credentials, "Cookie", "__Host-gatehouse_refresh=r; theme=dark");

        TestUpstream.Received received = upstream.next();
        assertThat(received.all("Authorization")).containsExactly(credentials);
        assertThat(received.all("Cookie")).containsExactly("__Host-gatehouse_refresh=r; theme=dark");
    }

    @Test
    void keepsTheSessionCookieElsewhere() throws Exception {
        gateway.get("/open/b", "Cookie", "__Host-gatehouse_refresh=r; theme=dark");

        assertThat(upstream.next().all("Cookie")).containsExactly("theme=dark");
    }

    @Test
    void takesAnonymousCallersWhereTokensAreOptional() throws Exception {
        assertThat(gateway.get("/maybe/x").statusCode()).isEqualTo(200);
        assertThat(upstream.next().all("X-User-Id")).isEmpty();
    }

    @Test
    void refusesABadTokenEvenWhereTokensAreOptional() throws Exception {
        assertProblem(gateway.get("/maybe/x", "Authorization", "Bearer nonsense"), 401, "auth.invalid");
    }

    @Test
    void asksForATokenWithoutSayingMore() throws Exception {
        HttpResponse<String> answer = gateway.get("/api/hello");

        assertProblem(answer, 401, "auth.missing");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"gatehouse\"");
    }

    @Test
    void refusesAnExpiredToken() throws Exception {
        TestTokens old = TestTokens.validAt(Instant.now().minus(Duration.ofHours(1)));

        HttpResponse<String> answer = gateway.get("/api/hello", "Authorization", bearer(old));

        assertProblem(answer, 401, "auth.expired");
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow()).contains("error=\"invalid_token\"");
    }

    @Test
    void refusesTwoAuthorizationFields() throws Exception {
        assertProblem(gateway.get("/api/hello", "Authorization", bearer(alice()), "Authorization", bearer(alice())), 400,
                "request.malformed");
    }

    @Test
    void refusesACallerWithoutTheRole() throws Exception {
        assertProblem(gateway.get("/api/admin/x", "Authorization", bearer(alice().claim("roles", List.of("user")))), 403,
                "access.denied");
    }

    @Test
    void namesTheMissingScope() throws Exception {
        HttpResponse<String> answer = gateway.get("/orders/1", "Authorization", bearer(alice().claim("scope", "other")));

        assertProblem(answer, 403, "access.denied");
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow()).contains("error=\"insufficient_scope\"",
                "scope=\"orders:read\"");
    }

    @Test
    void knowsNoRoute() throws Exception {
        assertProblem(gateway.get("/nowhere"), 404, "route.none");
    }

    @Test
    void namesTheMethodsThatARouteTakes() throws Exception {
        HttpResponse<String> answer = gateway.send(gateway.request("/orders/1").DELETE());

        assertProblem(answer, 405, "route.method");
        assertThat(answer.headers().firstValue("Allow").orElseThrow()).contains("GET");
    }

    @ParameterizedTest
    @CsvSource({"/open/../api/hello", "/open/%2e%2e/api/hello", "/open/..%2fapi/hello", "/open//x", "/open/x;y=1", "/open/%5cx"})
    void refusesPathsWithTwoReadings(String path) throws Exception {
        String answer = RawClient.exchange(gateway.port(),
                "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400").contains("request.ambiguous_path");
        assertThat(upstream.isUntouched()).isTrue();
    }

    @Test
    void passesQueriesAsBrowsersWriteThem() throws Exception {
        RawClient.exchange(gateway.port(), "GET /open/x?a={b|c} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(upstream.next().target()).isEqualTo("/open/x?a=%7Bb%7Cc%7D");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET /open/x HTTP/1.1\\r\\nHost localhost\\r\\n\\r\\n | 400 | request.malformed",
            "GET /open/%zz HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n | 400 | request.malformed",
            "GET /open/x HTTP/1.1\\r\\n\\r\\n | 400 | request.malformed",
            "GET /open/x HTTP/1.1\\r\\nHost: a\\r\\nHost: b\\r\\n\\r\\n | 400 | request.malformed",
            "POST /open/x HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nContent-Length: 2\\r\\n\\r\\nx | 400 | request.malformed"})
    void answersUnreadableRequestsWithAProblem(String request, int status, String code) throws Exception {
        String answer = RawClient.exchange(gateway.port(),
                request.replace("\\r", "\r").replace("\\n", "\n").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));

        assertThat(answer).startsWith("HTTP/1.1 " + status).contains("application/problem+json", "\"code\":\"" + code + '"');
        assertThat(upstream.isUntouched()).isTrue();
    }

    @Test
    void answersTooLargeHeaderFields() throws Exception {
        String answer = RawClient.exchange(gateway.port(),
                "GET /open/x HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(40_000) + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 431").contains("request.headers_too_large");
    }

    @Test
    void answersATooLongTarget() throws Exception {
        String answer = RawClient.exchange(gateway.port(), "GET /open/" + "x".repeat(40_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 414").contains("request.too_large");
    }

    @Test
    void refusesABodyThatSaysItIsTooLong() throws Exception {
        assertProblem(gateway.send(gateway.request("/open/x").POST(BodyPublishers.ofByteArray(new byte[1001]))), 413,
                "request.too_large");
        assertThat(upstream.isUntouched()).isTrue();
    }

    @Test
    void refusesABodyThatGrowsTooLong() throws Exception {
        HttpRequest.BodyPublisher chunked = BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[100_000]));

        assertProblem(gateway.send(gateway.request("/open/x").POST(chunked)), 413, "request.too_large");
    }

    @Test
    void passesABodyOfTheLargestSize() throws Exception {
        HttpRequest.BodyPublisher chunked = BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[1000]));

        assertThat(gateway.send(gateway.request("/open/x").POST(chunked)).statusCode()).isEqualTo(200);
        assertThat(upstream.next().bodyLength()).isEqualTo(1000);
    }

    @Test
    void passesWhatFitsTheLimitAndRefusesTheRest() throws Exception {
        String credentials = bearer(alice().claim("sub", "limited-user"));
        int passed = 0;
        HttpResponse<String> answer = null;
        for (int i = 0; i < 25; i++) {
            answer = gateway.get("/limited/x", "Authorization", credentials);
            passed += answer.statusCode() == 200 ? 1 : 0;
        }

        assertThat(passed).isEqualTo(20);
        assertProblem(answer, 429, "limit.exceeded");
        assertThat(answer.headers().firstValue("RateLimit-Policy")).contains("\"burst\";q=20;w=3600");
        assertThat(answer.headers().firstValue("RateLimit").orElseThrow()).matches("\"burst\";r=0;t=\\d+");
        assertThat(Long.parseLong(answer.headers().firstValue("Retry-After").orElseThrow())).isBetween(1L, 3600L);
    }

    @Test
    void tellsWhatIsLeftOnEveryLimitedAnswer() throws Exception {
        HttpResponse<String> answer = gateway.get("/limited/x", "Authorization", bearer(alice().claim("sub", "first-time-user")));

        assertThat(answer.headers().firstValue("RateLimit").orElseThrow()).matches("\"burst\";r=19;t=\\d+");
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        HttpResponse<String> answer = gateway.send(gateway.request("/open/x").method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/livez", "/readyz"})
    void tellsThatItIsWell(String path) throws Exception {
        assertThat(gateway.get(path).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"/actuator", "/actuator/health", "/actuator/prometheus", "/actuator/env"})
    void showsNoManagementOnThePublicPort(String path) throws Exception {
        assertProblem(gateway.get(path), 404, "route.none");
    }
}
