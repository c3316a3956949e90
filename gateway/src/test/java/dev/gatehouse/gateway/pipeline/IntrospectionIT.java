package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/// Opaque tokens from routes.yml to the backend: two issuers that are asked about tokens, each with a secret and a route of its own, and one that is silent.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IntrospectionIT {

    private final Map<String, Set<String>> activeAt = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private RawUpstream silent;
    private HttpServer issuers;
    private TestGateway gateway;

    @BeforeAll
    void start() throws IOException {
        silent = RawUpstream.silentAfter("");
        issuers = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuers.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        issuers.createContext("/", this::answer);
        issuers.start();
        gateway = TestGateway.start(
                """
                        version: 1
                        issuers:
                          a: { issuer: "https://a.example", audiences: [api], introspection: { url: "%2$s/a", client-id: gateway, client-secret: "${SECRET_OF_A}" } }
                          b: { issuer: "https://b.example", audiences: [api], introspection: { url: "%2$s/b", client-id: gateway, client-secret: secret-b } }
                          silent: { issuer: "https://silent.example", audiences: [api], introspection: { url: "%3$s", client-id: gw, client-secret: s, timeout: 300ms } }
                        routes:
                          - { id: a, match: { path: /a/** }, upstream: "%1$s", access: { roles: [clerk] }, issuers: [a] }
                          - { id: boss, match: { path: /boss/** }, upstream: "%1$s", access: { roles: [boss] }, issuers: [a] }
                          - { id: b, match: { path: /b/** }, upstream: "%1$s", access: signed-in, issuers: [b] }
                          - { id: silent, match: { path: /silent/** }, upstream: "%1$s", access: signed-in, issuers: [silent] }
                        """
                        .formatted(upstream.url(), "http://127.0.0.1:" + issuers.getAddress().getPort(), silent.url()),
                Map.of("SECRET_OF_A", "secret-a"));
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        issuers.stop(0);
        silent.close();
    }

    @BeforeEach
    void forget() {
        asked.clear();
    }

    /// Calls a token active where it is, once the gateway has said who it is there.
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String issuer = exchange.getRequestURI().getPath().substring(1);
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            String token = URLDecoder.decode(form.replaceFirst("^token=([^&]*)&.*", "$1"), StandardCharsets.UTF_8);
            String proof = "Basic " + Base64.getEncoder()
                    .encodeToString(("gateway:secret-" + issuer).getBytes(StandardCharsets.US_ASCII));
            asked.add(issuer + " " + token);
            boolean known = proof.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = JSONObjectUtils.toJSONString(activeAt.getOrDefault(token, Set.of()).contains(issuer)
                    ? claims()
                    : Map.of("active", false)).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(known ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static Map<String, Object> claims() {
        return Map.of("active", true, "sub", "carol", "aud", "api", "roles", List.of("clerk"), "scope", "orders:read", "sid",
                "session-9", "exp", Instant.now().plusSeconds(300).getEpochSecond());
    }

    private String get(String path, String token) throws IOException {
        return RawClient.exchange(gateway.port(), "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Authorization: Bearer " + token + "\r\nX-User-Id: root\r\n\r\n");
    }

    @Test
    void callerOfAnActiveTokenReachesTheBackendWithAnAssertion() throws Exception {
        activeAt.put("opaque-1", Set.of("a"));

        assertThat(get("/a/x", "opaque-1")).startsWith("HTTP/1.1 200 ");

        RecordingUpstream.Received seen = upstream.next();
        assertThat(seen.all("X-User-Id")).containsExactly("carol");
        assertThat(seen.all("X-User-Roles")).containsExactly("clerk");
        assertThat(seen.all("X-Session-Id")).containsExactly("session-9");
        assertThat(seen.head()).doesNotContain("opaque-1");
        SignedJWT assertion = SignedJWT.parse(seen.all("X-Gatehouse-Assertion").getFirst());
        assertThat(assertion.verify(new ECDSAVerifier(JWKSet.parse(gateway.get("/.well-known/gatehouse/jwks.json").body())
                .getKeyByKeyId(assertion.getHeader().getKeyID()).toECKey()))).isTrue();
        assertThat(assertion.getJWTClaimsSet().getSubject()).isEqualTo("carol");
        assertThat(assertion.getJWTClaimsSet().getStringClaim("sid")).isEqualTo("session-9");
    }

    @Test
    void secondRequestAsksNobodyAndTheRouteStillDecides() throws Exception {
        activeAt.put("opaque-2", Set.of("a"));

        assertThat(get("/a/x", "opaque-2")).startsWith("HTTP/1.1 200 ");
        assertThat(get("/a/y", "opaque-2")).startsWith("HTTP/1.1 200 ");
        assertThat(get("/boss/x", "opaque-2")).startsWith("HTTP/1.1 403 ").contains("access.denied");

        assertThat(asked).containsExactly("a opaque-2");
        assertThat(upstream.drain()).hasSize(2);
    }

    @Test
    void tokenThatIsNotActiveGetsNowhere() throws Exception {
        assertThat(get("/a/x", "withdrawn")).startsWith("HTTP/1.1 401 ").contains("auth.invalid", "error=\"invalid_token\"")
                .doesNotContain("withdrawn", "active");
        assertThat(asked).containsExactly("a withdrawn");
        assertThat(upstream.drain()).isEmpty();
    }

    /// CVE-2026-33496: what one issuer said of a token counted on the routes of another.
    @Test
    void tokenOfOneIssuerIsNoneOnTheRouteOfAnother() throws Exception {
        activeAt.put("of-a", Set.of("a"));

        assertThat(get("/a/x", "of-a")).startsWith("HTTP/1.1 200 ");
        assertThat(get("/b/x", "of-a")).startsWith("HTTP/1.1 401 ").contains("auth.invalid");
        assertThat(get("/a/x", "of-a")).as("nor does the refusal count at the first").startsWith("HTTP/1.1 200 ");

        assertThat(asked).containsExactly("a of-a", "b of-a");
        assertThat(upstream.drain()).hasSize(2);
    }

    @Test
    void silentIssuerMakesItsTokensWaitAndNobodyElses() throws Exception {
        activeAt.put("opaque-3", Set.of("a"));

        assertThat(get("/silent/x", "opaque-3")).startsWith("HTTP/1.1 503 ").contains("auth.unavailable");
        assertThat(get("/a/x", "opaque-3")).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.drain()).hasSize(1);
    }
}
