package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static org.assertj.core.api.Assertions.assertThat;

/// What pages of this and of other origins can make a browser do, played by raw requests to the gateway as it ships, and paths that a route has opted in to.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserIT {

    private static final String LISTED = "https://app.example.com";

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private JarGateway gateway;

    /// The protocol of the suite.
    Spoken spoken() {
        return Spoken.HTTP_1_1;
    }

    private String send(String line, String... fields) {
        return spoken().send(gateway, "gate.example.com", line, fields);
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        gateway = spoken()
                .start("""
                        version: 1
                        issuers:
                          test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], typ: [at+jwt], cookie: access_token }
                        routes:
                          - id: api
                            match: { path: /api/** }
                            upstream: %2$s
                            access: signed-in
                            security-headers: api
                            cors: { origins: [https://app.example.com], methods: [GET, POST], headers: [X-Thing], expose: [ETag], credentials: true, max-age: 5m }
                          - { id: bare, match: { path: /bare/** }, upstream: "%2$s", access: public, cors: { origins: [https://app.example.com] } }
                          - { id: listed, match: { path: /listed/** }, upstream: "%2$s", access: signed-in, cors: { origins: [https://app.example.com] } }
                          - { id: page, match: { path: /page/** }, upstream: "%2$s", access: signed-in, security-headers: page }
                          - { id: plain, match: { path: /plain/** }, upstream: "%2$s", access: public }
                          - { id: files, match: { path: /files/**, allow: [encoded-slash] }, upstream: "%2$s", access: public }
                          - { id: secret, match: { path: /files/secret/** }, upstream: "%2$s", access: signed-in }
                          - { id: maps, match: { path: /maps/**, allow: [matrix-parameters] }, upstream: "%2$s", access: public }
                          - { id: inner, match: { path: /maps/inner/** }, upstream: "%2$s", access: signed-in }
                        """
                        .formatted(keys, upstream.url()), Map.of("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1/32"));
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        upstream.answerWith("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }

    private static String token() {
        return TestTokens.validAt(Instant.now()).signed();
    }

    @Test
    void answersAPreflightWithoutTokenAndBackend() throws Exception {
        String answer = send("OPTIONS /api/x", "Origin: " + LISTED, "Access-Control-Request-Method: POST");

        assertThat(answer).startsWith("HTTP/1.1 204").contains("Access-Control-Allow-Origin: " + LISTED,
                "Access-Control-Allow-Methods: GET, POST",
                "Access-Control-Allow-Headers: X-Thing", "Access-Control-Allow-Credentials: true", "Access-Control-Max-Age: 300");
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://app.example.com.evil.com", "https://evilapp.example.com", "http://app.example.com",
            "https://app.example.com:8443",
            "https://APP.example.com", "https://app.example.com/", "null", "*", "https://evil.com",
            "https://app.example.com, https://evil.com"})
    void refusesPreflightsOfOtherOrigins(String origin) throws Exception {
        String answer = send("OPTIONS /api/x", "Origin: " + origin, "Access-Control-Request-Method: POST");

        assertThat(answer).startsWith("HTTP/1.1 403").contains("access.denied").doesNotContain("Access-Control-Allow");
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.com", "null", "https://app.example.com.evil.com"})
    void reflectsNoOrigin(String origin) throws Exception {
        assertThat(send("GET /bare/x", "Origin: " + origin)).startsWith("HTTP/1.1 200").contains("Vary: Origin")
                .doesNotContain("Access-Control-");
    }

    @Test
    void letsPagesReadRefusals() throws Exception {
        assertThat(send("GET /api/x", "Origin: " + LISTED)).startsWith("HTTP/1.1 401").contains(
                "Access-Control-Allow-Origin: " + LISTED,
                "Vary: Origin", "WWW-Authenticate, Retry-After", "X-Content-Type-Options: nosniff");
    }

    @Test
    void saysItInsteadOfTheBackend() throws Exception {
        upstream.answerWith(
                "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\naccess-control-allow-credentials: true\r\nContent-Length: 2\r\n\r\nok");

        assertThat(send("GET /bare/x", "Origin: " + LISTED)).contains("Access-Control-Allow-Origin: " + LISTED)
                .doesNotContainIgnoringCase("Access-Control-Allow-Origin: *", "credentials");
        assertThat(send("GET /bare/x", "Origin: https://evil.com")).doesNotContainIgnoringCase("Access-Control-");
    }

    /// A proxy that does not write the field itself delivers what the client has made up.
    @Test
    void aHostThatAProxyOnlyPassesOnIsToldToNoBackend() throws Exception {
        assertThat(send("GET /plain/x", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-Host: evil.example",
                "Forwarded: for=6.6.6.6;host=evil.example")).startsWith("HTTP/1.1 200");

        RecordingUpstream.Received received = upstream.drain().getFirst();
        assertThat(received.all("X-Forwarded-Host")).containsExactly("gate.example.com");
        assertThat(received.all("Forwarded")).first().asString().contains("host=\"gate.example.com\"")
                .doesNotContain("evil.example", "6.6.6.6");
    }

    @Test
    void aHostThatAProxyOnlyPassesOnMakesNoPageTheGatewaysOwn() throws Exception {
        String cookie = "Cookie: access_token=" + token();
        assertThat(send("POST /page/x", cookie, "Origin: http://evil.example", "X-Forwarded-Host: evil.example",
                "Forwarded: for=6.6.6.6;host=evil.example", "Content-Length: 0")).startsWith("HTTP/1.1 403");
        assertThat(send("POST /page/x", cookie, "Origin: http://gate.example.com", "X-Forwarded-Host: evil.example",
                "Content-Length: 0")).startsWith("HTTP/1.1 200");
    }

    @Test
    void guardsAnswersWhereTheBackendIsSilent() throws Exception {
        upstream.answerWith("HTTP/1.1 200 OK\r\nContent-Security-Policy: default-src 'self'\r\nContent-Length: 2\r\n\r\nok");

        assertThat(send("GET /api/x", "Authorization: Bearer " + token())).contains("Content-Security-Policy: default-src 'self'",
                "X-Content-Type-Options: nosniff", "Cache-Control: no-store")
                .doesNotContain("default-src 'none'", "Strict-Transport-Security");
        assertThat(send("GET /api/x", "X-Forwarded-Proto: https")).contains("Strict-Transport-Security: max-age=31536000");
        assertThat(send("GET /plain/x")).doesNotContain("X-Content-Type-Options", "Vary");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            "/plain/ws | Origin: https://evil.com         | 403",
            "/plain/ws | Origin: null                     | 403",
            "/plain/ws | Origin: https://gate.example.com | 403",
            "/bare/ws  | Origin: https://evil.com         | 403",
            "/api/ws   | Origin: http://gate.example.com  | 401"})
    void asksWhereAWebSocketComesFrom(String path, String origin, int status) throws Exception {
        assertThat(send("GET " + path, "Upgrade: WebSocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                origin)).startsWith("HTTP/1.1 " + status);
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest(name = "{0} with {1} and {2}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            "POST /page/x   | -                                  | -                            | 403",
            "POST /page/x   | Origin: https://evil.com           | -                            | 403",
            "POST /page/x   | Origin: null                       | Sec-Fetch-Site: same-origin  | 403",
            "POST /page/x   | Origin: https://gate.example.com   | -                            | 403",
            "POST /page/x   | -                                  | Sec-Fetch-Site: same-site    | 403",
            "POST /page/x   | -                                  | Sec-Fetch-Site: none         | 403",
            "DELETE /page/x | -                                  | Sec-Fetch-Site: cross-site   | 403",
            "POST /page/x   | Origin: https://app.example.com    | -                            | 403",
            "POST /page/x   | Origin: http://gate.example.com    | -                            | 200",
            "POST /page/x   | -                                  | Sec-Fetch-Site: same-origin  | 200",
            "POST /page/x   | Origin: https://evil.com           | Sec-Fetch-Site: same-origin  | 403",
            "POST /api/x    | Origin: https://evil.com           | Sec-Fetch-Site: cross-site   | 403",
            "POST /api/x    | Origin: null                       | -                            | 403",
            "POST /api/x    | Origin: https://sub.app.example.com | Sec-Fetch-Site: same-site   | 403",
            "POST /api/x    | -                                  | Sec-Fetch-Site: same-site    | 403",
            "POST /listed/x | Origin: https://app.example.com    | Sec-Fetch-Site: cross-site   | 403",
            "GET /page/x    | Origin: https://evil.com           | Sec-Fetch-Site: cross-site   | 200",
            "POST /api/x    | Origin: https://app.example.com    | Sec-Fetch-Site: cross-site   | 200"})
    void asksForProofWhereACookieSignsIn(String request, String origin, String site, int status) throws Exception {
        String answer = send(request, "Cookie: access_token=" + token(), origin == null ? "X-None: 1" : origin,
                site == null ? "X-None: 1" : site);

        assertThat(answer).startsWith("HTTP/1.1 " + status);
        assertThat(upstream.drain()).hasSize(status == 200 ? 1 : 0);
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource({"/api/x, https://app.example.com, true", "/listed/x, https://app.example.com, false",
            "/api/x, https://evil.com, false", "/api/x, null, false", "/page/x, https://app.example.com, false"})
    void onlyListedPagesReadWhatACookieSignsIn(String path, String origin, boolean reads) throws Exception {
        String answer = send("GET " + path, "Cookie: access_token=" + token(), "Origin: " + origin);

        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(answer.contains("Access-Control-Allow-Credentials: true")).isEqualTo(reads);
        assertThat(answer.contains("Access-Control-Allow-Origin: " + origin)).isEqualTo(reads || path.startsWith("/listed"));
    }

    @Test
    void asksForNoProofWhereTheTokenIsNoCookie() throws Exception {
        assertThat(send("POST /page/x", "Authorization: Bearer " + token(), "Origin: https://evil.com"))
                .startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"/files/a%2fb,200", "/files/a%2Fb/c?x=%2f,200", "/files/secret%2fb,400", "/files%2fsecret,400",
            "/files/..%2fplain,400",
            "/files/a%2f%2fb,400", "/files/%2fa,400", "/files/a%252fb,400", "/files/a%5cb,400", "/files/a;x=1,400",
            "/plain/a%2fb,400",
            "/maps/a;v=1/b,200", "/maps/a;v=1;w=2,200", "/maps/inner;v=1/a,400", "/maps/..;/plain/x,400", "/maps/;a/b,400",
            "/maps/a%3bb,400",
            "/maps/a;v=1/../b,400", "/maps/a;v=%2f,400", "/maps/a;%2e%2e,400", "/plain/a;v=1,400", "/maps;v=1/inner/x,400",
            "/livez;a,400"})
    void passesAPathThatLeadsToOneRouteInEveryReading(String path, int status) throws Exception {
        assertThat(send("GET " + path)).startsWith("HTTP/1.1 " + status);

        List<RecordingUpstream.Received> seen = upstream.drain();
        assertThat(seen).hasSize(status == 200 ? 1 : 0).allSatisfy(request -> assertThat(request.target()).isEqualTo(path));
    }
}
