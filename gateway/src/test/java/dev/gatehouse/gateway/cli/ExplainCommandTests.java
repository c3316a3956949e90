package dev.gatehouse.gateway.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static org.assertj.core.api.Assertions.assertThat;

class ExplainCommandTests {

    private static final String ROUTES = """
            version: 1
            issuers:
              test: { issuer: "http://localhost:8080", jwks: "file:keys.json", audiences: [api], algorithms: [ES256] }
              far: { issuer: far, jwks: "http://127.0.0.1:%d/jwks.json", audiences: [api] }
            routes:
              - id: orders
                match: { path: "/api/orders/{id}", methods: [GET] }
                upstream: [{ url: "http://a:81/base/", weight: 3 }, { url: "http://b:82" }]
                access: signed-in
                strip-prefix: 1
                timeout: 5s
                limits: [{ name: burst, per: user, requests: 20, every: 1s }, { name: site, per: ip, requests: 9, every: 1d }]
              - { id: admin, match: { path: /api/** }, upstream: "http://a", access: { roles: [admin] }, max-body: 1kB }
              - { id: hosted, match: { path: /api/**, host: other.example.com }, upstream: "http://a", access: public }
              - { id: chat, match: { path: /chat }, upstream: "http://a", access: optional, websocket: { max-per-user: 3 } }
              - { id: partners, match: { path: /partners }, upstream: "http://a", access: { client-certificate: ["dns:orders"] } }
              - { id: open, match: { path: /open }, upstream: "http://a", access: public, forward-token: true }
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            file = Files.writeString(folder.resolve("routes.yml"), ROUTES.formatted(nobody.getLocalPort()));
        }
        Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
    }

    private int explain(String input, String... arguments) {
        return explain(Map.of(), input, arguments);
    }

    private int explain(Map<String, String> environment, String input, String... arguments) {
        List<String> all = new ArrayList<>(List.of("routes", "explain", "--file", file.toString()));
        all.addAll(List.of(arguments));
        return CommandLineInterface.run(all.toArray(String[]::new),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.US_ASCII)),
                new PrintWriter(out, true), new PrintWriter(err, true), environment::get);
    }

    private JsonNode json() {
        return JsonMapper.shared().readTree(out.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET /api/orders/7 | 3 | 401 auth.missing by route orders",
            "GET /api/orders/7 --as sub=alice | 0 | forward by route orders to http://a:81/base/orders/7 or http://b:82/orders/7",
            "GET /api/orders/7?x=a^b --as sub=alice | 0 | http://b:82/orders/7?x=a%5Eb",
            "POST /api/orders/7 --as sub=alice | 3 | 403 access.denied by route admin",
            "POST /api/orders/7 --as roles=user,admin | 0 | forward by route admin to http://a/api/orders/7",
            "GET /api/orders/7/8 --as roles=admin | 0 | route admin",
            "POST /api/x --as roles=admin --header Content-Length:1001 | 3 | 413 request.too_large by route admin",
            "GET /api/x --host other.example.com:8080 | 0 | route hosted", "GET /open | 0 | route open",
            "GET /api/../open | 3 | 400 request.ambiguous_path", "GET http://evil/open | 3 | 400 request.malformed",
            "GET /nowhere | 3 | 404 route.none", "TRACE /open | 3 | 405 route.method",
            "GET /partners | 3 | 403 auth.certificate_missing by route partners",
            "GET /partners --as sub=dns:orders | 0 | forward by route partners",
            "GET /partners --as sub=dns:others | 3 | 403 access.denied by route partners",
            "POST /partners --as sub=dns:orders --header Origin:https://evil | 3 | 403 access.denied by route partners",
            "POST /partners --as sub=dns:orders --header Origin:http://localhost | 0 | forward by route partners",
            "GET /chat --header Upgrade:websocket | 3 | 400 request.malformed by route chat",
            "GET /open --header Upgrade:websocket | 0 | forward by route open",
            "GET /livez | 0 | answered by the gateway itself",
            "GET /open --header Host:a --header Host:b | 3 | 400 request.malformed",
            "GET /api/orders/7 --token nonsense | 3 | 401 auth.invalid by route orders"})
    void saysHowTheRequestEnds(String arguments, int exitCode, String outcome) {
        assertThat(explain("", arguments.split(" ", -1))).isEqualTo(exitCode);
        assertThat(out.toString().lines().dropWhile(line -> !line.startsWith("=>")).findFirst().orElseThrow()).contains(outcome);
    }

    @Test
    void saysWhichRoutesDoNotTakeItAndWhy() {
        explain("", "GET", "/api/orders/7", "--as", "sub=alice");

        assertThat(out.toString()).containsSubsequence("not       admin", "less specific than orders", "not       hosted",
                "host: takes other.example.com", "not       open", "path segment 1: takes open");
    }

    @Test
    void tellsOfAWebSocketAndOfTheTokenAmongItsSubprotocols() {
        String token = TestTokens.validAt(Instant.now()).signed();

        assertThat(explain("", "GET", "/chat", "--header", "Upgrade: websocket", "--header", "Connection: Upgrade", "--header",
                "Sec-WebSocket-Version: 13", "--header", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "--header",
                "Sec-WebSocket-Protocol: chat.v1, bearer." + token)).isZero();

        assertThat(out.toString()).contains("it opens when the upstream agrees", "per user", "a good token of alice",
                "Sec-WebSocket-Protocol", "chat.v1").doesNotContain(token);
    }

    @Test
    void verifiesATokenThatComesThroughTheStandardInput() {
        assertThat(explain(TestTokens.validAt(Instant.now()).signed() + "\n", "GET", "/api/orders/7", "--token", "-")).isZero();
        assertThat(out.toString()).contains("a good token of alice", "issuer    test");
    }

    @Test
    void tellsOperatorsWhichCheckOfATokenFailed() {
        String token = TestTokens.validAt(Instant.now()).claim("aud", "other").signed();

        assertThat(explain("", "GET", "/api/orders/7", "--token", token)).isEqualTo(3);
        assertThat(out.toString()).contains("the token is refused: aud", "=> 401 auth.invalid").doesNotContain(token);
    }

    @Test
    void tellsThatATokenHasExpired() {
        String token = TestTokens.validAt(Instant.now().minus(Duration.ofHours(1))).signed();

        assertThat(explain("", "GET", "/api/orders/7", "--token", token)).isEqualTo(3);
        assertThat(out.toString()).contains("=> 401 auth.expired");
    }

    @Test
    void saysThatKeysAreOutOfReach() {
        String token = TestTokens.validAt(Instant.now()).claim("iss", "far").signed();

        assertThat(explain("", "GET", "/api/orders/7", "--token", token)).isOne();
        assertThat(err.toString()).contains("issuer far: its keys cannot be fetched from http://127.0.0.1", "no connection");
    }

    @Test
    void showsHeadersAndLimitsButNoSecrets() {
        explain("", "GET", "/api/orders/7", "--as", "sub=alice roles=user scopes=a,b", "--header", "X_User-Id: root", "--header",
                "Connection: X-Hop", "--header", "X-Hop: 1", "--header", "Authorization: Bearer s3cret", "--header",
                "Cookie: c=s3cret",
                "--header", "X-Real-IP: 1.1.1.1", "--header", "Accept: a", "--json");

        JsonNode outcome = json().get("outcome");
        assertThat(outcome.get("headers").valueStream()
                .map(field -> field.get("name").asString() + "=" + field.get("value").asString()))
                .containsExactly("Cookie=(not shown)", "Accept=a", "X-Forwarded-For=127.0.0.1", "X-Forwarded-Proto=http",
                        "X-Forwarded-Host=localhost", "Forwarded=for=127.0.0.1;host=\"localhost\";proto=http",
                        "X-Request-Id=(new for each request)", "traceparent=(new for each request)", "X-User-Id=alice",
                        "X-User-Roles=user", "X-User-Scopes=a b",
                        "X-Gatehouse-Assertion=(signed for each caller and route)");
        assertThat(step("headers").get("details").get("dropped").valueStream().map(row -> row.get("name").asString()))
                .containsExactly("Host", "X_User-Id", "Connection", "X-Hop", "Authorization", "X-Real-IP");
        assertThat(step("limits").get("details").get("limit").valueStream().map(row -> row.get("key").asString()))
                .containsExactly("alice of issuer as-given", "address 127.0.0.1");
        assertThat(outcome.get("upstreams").get(0).get("percent").asDouble()).isEqualTo(75);
        assertThat(outcome.get("timeoutMillis").asInt()).isEqualTo(5000);
        assertThat(out.toString()).doesNotContain("s3cret");
    }

    /// As the gateway with the same settings would.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"for,proto | 203.0.113.7 | https | localhost",
            "for,proto,host | 203.0.113.7 | https | shop.example",
            "host | 127.0.0.1 | http | shop.example", "forwarded | 198.51.100.1 | http | own.example"})
    void believesOfATrustedProxyWhatItWrites(String fields, String client, String proto, String host) {
        explain(Map.of("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1", "GATEHOUSE_TRUSTED_FIELDS", fields), "", "GET", "/open",
                "--header", "X-Forwarded-For: 203.0.113.7", "--header", "X-Forwarded-Proto: https", "--header",
                "X-Forwarded-Host: shop.example", "--header", "Forwarded: for=198.51.100.1;host=own.example", "--json");

        assertThat(json().get("outcome").get("headers").valueStream()
                .map(field -> field.get("name").asString() + "=" + field.get("value").asString())).anyMatch(
                        field -> field.startsWith("X-Forwarded-For=" + client))
                .contains("X-Forwarded-Proto=" + proto,
                        "X-Forwarded-Host=" + host);
    }

    @Test
    void refusesTrustedFieldsThatNobodyKnows() {
        assertThat(explain(Map.of("GATEHOUSE_TRUSTED_FIELDS", "port"), "", "GET", "/open")).isNotZero();
        assertThat(err.toString()).contains("GATEHOUSE_TRUSTED_FIELDS: port (expected: any of for, proto and host");
    }

    private JsonNode step(String name) {
        return json().get("steps").valueStream().filter(step -> step.get("name").asString().equals(name)).findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET /open --as sub | --as: sub (expected: name=value pairs",
            "GET /open --header X | --header: X (expected: 'Name: value')",
            "GET /open --peer here | --peer: here (expected: an IP address)",
            "GET /open --as sub=a --token b | mutually exclusive", "GET | Missing required parameter"})
    void explainsItselfWhenAskedWrongly(String arguments, String message) {
        assertThat(explain("", arguments.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void takesTheConnectionForEncryptedWhereTheGatewaySpeaksTls() {
        assertThat(
                explain(Map.of("GATEHOUSE_TLS_CERTIFICATE", "tls.crt", "GATEHOUSE_TLS_KEY", "tls.key", "GATEHOUSE_PORT", "none"),
                        "", "GET", "/open"))
                .isZero();
        assertThat(out.toString()).contains("from 127.0.0.1 over TLS", "for=127.0.0.1;host=\"localhost\";proto=https");
    }

    @Test
    void refusesSettingsThatTheGatewayWouldRefuse() {
        assertThat(explain(Map.of("GATEHOUSE_TLS_CERTIFICATE", "tls.crt"), "", "GET", "/open")).isOne();
        assertThat(err.toString()).contains("GATEHOUSE_TLS_CERTIFICATE, GATEHOUSE_TLS_KEY: one of them only");
    }

    @Test
    void listsTheProblemsOfABadFile() throws IOException {
        Files.writeString(file, ROUTES.replace("access: public", "access: everybody"));

        assertThat(explain("", "GET", "/open")).isOne();
        assertThat(err.toString()).contains("routes.yml:", "access: everybody");
    }
}
