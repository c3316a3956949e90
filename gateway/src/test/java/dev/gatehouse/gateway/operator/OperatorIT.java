package dev.gatehouse.gateway.operator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.pipeline.RawClient;
import dev.gatehouse.gateway.pipeline.TestGateway;
import dev.gatehouse.gateway.tls.TestCertificates;

import static org.assertj.core.api.Assertions.assertThat;

/// What operators, and pages in their browsers, get from the management port.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorIT {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TestGateway gateway;
    private Path keys;
    private Path authority;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        TestCertificates certificates = TestCertificates.create();
        authority = Files.writeString(folder.resolve("ca.pem"), certificates.pem());
        TestCertificates.write(folder, certificates.client("CN=edge"));
        gateway = TestGateway.start(
                """
                        version: 1
                        issuers:
                          test: { issuer: "http://localhost:8080", jwks: "file:%1$s", audiences: [api], algorithms: [ES256, RS256] }
                        upstreams:
                          vault: { instances: [{ url: "https://vault" }], protocol: h2, tls: { ca: "%2$s", certificate: "%3$s", key: "%4$s" } }
                        routes:
                          - { id: vault, match: { path: /vault }, upstream: vault, access: signed-in }
                          - id: orders
                            match: { path: "/orders/{id}", methods: [GET], host: api.example.com }
                            upstream: [{ url: "http://a:81", weight: 3 }, { url: "http://b:82" }]
                            mirror: { url: "http://c:83", percent: 5 }
                            max-concurrent: { user: 7 }
                            access: { roles: [admin] }
                            max-body: unlimited
                            limits: [{ name: burst, per: "header:X-Tenant", requests: 20, every: 90s }]
                            cors: { origins: ["https://app.example.com"], credentials: true }
                            security-headers: api
                            websocket: { max-per-user: 3 }
                            tests: [{ request: GET /orders/7, expect: 401 }]
                        """
                        .formatted(keys, authority, folder.resolve("tls.crt"), folder.resolve("tls.key")),
                Map.of("GATEHOUSE_MANAGEMENT_HOSTS", "Ops.Example.com, other"));
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder management(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + path));
    }

    private HttpResponse<String> explain(String body) throws IOException, InterruptedException {
        return send(
                management("/operator/explain").header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void explainsARequestWithAToken() throws Exception {
        HttpResponse<String> answer = explain(
                """
                        {"method": "GET", "path": "/orders/7", "host": "api.example.com", "headers": {"X-Tenant": "t1", "Accept": ["a", "b"]},
                         "peer": "203.0.113.9", "token": "%s"}"""
                        .formatted(TestTokens.validAt(Instant.now()).signed()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode outcome = json(answer).get("outcome");
        assertThat(outcome.get("result").asString()).isEqualTo("forward");
        assertThat(outcome.get("route").asString()).isEqualTo("orders");
        assertThat(outcome.get("upstreams").get(0).get("url").asString()).isEqualTo("http://a:81/orders/7");
        assertThat(answer.body()).contains("\"X-Forwarded-For\",\"value\":\"203.0.113.9\"", "\"key\":\"value t1\"");
    }

    /// Blanks around a value are no part of it, nothing else is taken away: as on a connection.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"{\"Authorization\": \" \\t%s \"} | forward",
            "[\"Authorization: %s\\t\"] | forward", "{\"Authorization\": \"%s\\u000b\"} | refuse",
            "[\"Authorization:\\u001f%s\"] | refuse"})
    void readsValuesOfFieldsAsAConnectionDoes(String fields, String result) throws Exception {
        HttpResponse<String> answer = explain(
                "{\"method\": \"GET\", \"path\": \"/orders/7\", \"host\": \"api.example.com\", \"headers\": "
                        + fields.formatted("Bearer " + TestTokens.validAt(Instant.now()).signed()) + "}");

        assertThat(json(answer).get("outcome").get("result").asString()).as(answer.body()).isEqualTo(result);
    }

    @Test
    void explainsARequestOfACallerWithoutAToken() throws Exception {
        HttpResponse<String> answer = explain(
                """
                        {"method": "GET", "path": "/orders/7", "headers": ["Host: api.example.com"], "as": {"sub": "bob", "roles": ["user"]}}""");

        assertThat(json(answer).get("outcome").get("code").asString()).isEqualTo("access.denied");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"{} | method: is missing",
            "{\"method\":\"GET\"} | path: is missing",
            "{\"method\":\"GET\",\"path\":7} | path: is no text",
            "{\"method\":\"GET\",\"path\":\"/\",\"hots\":\"a\"} | hots: is unknown",
            "{\"method\":\"GET\",\"path\":\"/\",\"headers\":[\"a\"]} | headers[0]: has no colon",
            "{\"method\":\"GET\",\"path\":\"/\",\"headers\":{\"a\":1}} | headers.a: is no text",
            "{\"method\":\"GET\",\"path\":\"/\",\"peer\":\"example.com\"} | peer: cannot be read",
            "{\"method\":\"GET\",\"path\":\"/\",\"as\":{\"role\":[]}} | as.role: is unknown",
            "{\"method\":\"GET\",\"path\":\"/\",\"as\":{\"roles\":[1]}} | as.roles[0]: is no text",
            "{\"method\":\"GET\",\"path\":\"/\",\"as\":\"x\",\"token\":\"y\"} | as: ", "[] | body: is no JSON object",
            "{\"method\":\"GET\",\"method\":\"PUT\",\"path\":\"/\"} | body: is no JSON, line 1", "{\"method\" | body: is no JSON",
            "nonsense | body: is no JSON"})
    void namesTheFieldThatIsWrong(String body, String detail) throws Exception {
        HttpResponse<String> answer = explain(body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(answer).get("code").asString()).isEqualTo("request.malformed");
        assertThat(json(answer).get("detail").asString()).startsWith(detail);
    }

    @Test
    void readsNoMoreThanItsShare() throws Exception {
        assertThat(explain(" ".repeat(70_000)).statusCode()).isEqualTo(413);
    }

    @Test
    void listsTheLiveRoutes() throws Exception {
        JsonNode listing = json(send(management("/operator/routes")));

        assertThat(listing.get("sha256").asString()).matches("[0-9a-f]{64}");
        assertThat(Instant.parse(listing.get("loadedAt").asString())).isBeforeOrEqualTo(Instant.now());
        JsonNode route = listed(listing, "orders");
        assertThat(route.toString()).contains("\"id\":\"orders\"", "\"path\":\"/orders/{id}\"", "\"methods\":[\"GET\"]",
                "\"host\":\"api.example.com\"", "{\"url\":\"http://a:81\",\"weight\":3}", "\"maxBody\":\"unlimited\"",
                "{\"name\":\"burst\",\"per\":\"header:x-tenant\",\"requests\":20,\"every\":\"90s\",\"shared\":false}");
        assertThat(route.toString()).contains("\"issuers\":[\"test\"]", "\"assertion\":true", "\"allow\":[]",
                "\"mirror\":\"5 % to http://c:83\"");
        assertThat(route.toString()).contains(
                "\"cors\":{\"origins\":[\"https://app.example.com\"],\"methods\":[\"GET\",\"HEAD\",\"POST\"]",
                "\"credentials\":true,\"maxAge\":\"10m\"", "\"securityHeaders\":\"api\"", "\"protocol\":\"http1\"",
                "\"upstream\":\"route:orders\"", "\"tests\":1");
        assertThat(route.get("websocket").get("maxPerUser").asInt()).isEqualTo(3);
        assertThat(route.get("maxConcurrent").get("user").asInt()).isEqualTo(7);
        assertThat(route.get("maxConcurrent").get("route").asString()).isEqualTo("any");
        assertThat(listing.get("tookMillis").asLong()).isPositive();
        assertThat(route.get("access").asString()).contains("admin");
    }

    /// The files, not what is in them.
    @Test
    void listsHowUpstreamsAreSpokenWith() throws Exception {
        HttpResponse<String> answer = send(management("/operator/routes"));

        JsonNode vault = listed(json(answer), "vault");
        assertThat(vault.get("protocol").asString()).isEqualTo("h2");
        assertThat(vault.get("tls").toString()).isEqualTo("{\"ca\":\"%1$s\",\"certificate\":\"%2$s\",\"key\":\"%3$s\"}"
                .formatted(authority, authority.resolveSibling("tls.crt"), authority.resolveSibling("tls.key")));
        assertThat(listed(json(answer), "orders").has("tls")).isFalse();
        assertThat(answer.body()).doesNotContain("BEGIN");
    }

    private static JsonNode listed(JsonNode listing, String id) {
        return listing.get("routes").valueStream().filter(route -> route.get("id").asString().equals(id)).findFirst()
                .orElseThrow();
    }

    @Test
    void listsIssuersAndRefreshesThem() throws Exception {
        JsonNode issuer = json(send(management("/operator/issuers"))).get("issuers").get(0);
        assertThat(issuer.get("id").asString()).isEqualTo("test");
        assertThat(issuer.get("kids").get(0).asString()).isEqualTo("ec-1");
        assertThat(issuer.get("usable").asBoolean()).isTrue();
        assertThat(issuer.get("ageSeconds").asInt()).isNotNegative();
        assertThat(Instant.parse(issuer.get("nextRefresh").asString())).isAfter(Instant.now());

        assertThat(send(management("/operator/issuers/test/refresh").POST(BodyPublishers.noBody())).statusCode()).isEqualTo(202);
        HttpResponse<String> unknown = send(management("/operator/issuers/none/refresh").POST(BodyPublishers.noBody()));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(json(unknown).get("detail").asString()).startsWith("issuer: none of this id");
    }

    @Test
    void exchangesTheKeysOfAssertions() throws Exception {
        String old = json(send(management("/operator/assertion-keys"))).get("signer").asString();
        JsonNode announced = json(send(management("/operator/assertion-keys/rotate").POST(BodyPublishers.noBody())));
        assertThat(announced.get("signer").asString()).isEqualTo(old);
        assertThat(announced.get("published").size()).isEqualTo(2);

        HttpResponse<String> again = send(management("/operator/assertion-keys/rotate").POST(BodyPublishers.noBody()));
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(json(again).get("code").asString()).isEqualTo("request.conflict");

        JsonNode dropped = json(send(management("/operator/assertion-keys/drop").POST(BodyPublishers.noBody())));
        assertThat(dropped.get("published").toString()).isEqualTo("[" + dropped.get("signer") + "]").doesNotContain(old);
        assertThat(gateway.get("/.well-known/gatehouse/jwks.json").body()).contains(dropped.get("signer").asString())
                .doesNotContain(old);
    }

    /// A page in an operator's browser: a form can only send these types without asking first, fetch() without a type carries Origin.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "POST /operator/explain | Content-Type: text/plain | 415", "POST /operator/explain | X: y | 415",
            "POST /operator/explain | Content-Type: application/x-www-form-urlencoded | 415",
            "POST /operator/issuers/test/refresh | Origin: https://evil.example | 403",
            "POST /operator/issuers/test/refresh | Origin: null | 403",
            "POST /operator/issuers/test/refresh | Sec-Fetch-Site: cross-site | 403",
            "POST /operator/issuers/test/refresh | Sec-Fetch-Site: same-site | 403",
            "POST /operator/issuers/test/refresh | Sec-Fetch-Site: none | 202",
            "POST /operator/assertion-keys/drop | Origin: https://evil.example | 403",
            "GET /operator/assertion-keys/drop | X: y | 404",
            "GET /operator/issuers/test/refresh | X: y | 404", "GET /operator/explain | X: y | 404",
            "GET /operator/env | X: y | 404"})
    void refusesWhatAPageCouldSend(String request, String field, int status) throws Exception {
        assertThat(raw(request, "Host: localhost:1\r\n" + field)).startsWith("HTTP/1.1 " + status);
    }

    /// What the public port refuses, a proxy in front of this one must not be able to smuggle either.
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Content-Length: 1\r\nContent-Length: 2\r\n\r\nx",
            "Transfer-Encoding: xchunked\r\n\r\n", "X : y\r\n\r\n", "X: a\nContent-Length: 3\r\n\r\nabc"})
    void refusesWhatTwoParsersCouldReadDifferently(String rest) throws Exception {
        assertThat(RawClient.exchange(gateway.managementPort(),
                "POST /operator/issuers/test/refresh HTTP/1.1\r\nHost: localhost\r\n" + rest)).startsWith("HTTP/1.1 400 ");
    }

    /// The second of two that come at once is held back by the host; a third on the same connection must not wait for ever.
    @Test
    void readsOnBehindARequestThatWasHeldBack() throws Exception {
        byte[] one = "GET /operator/routes HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] none = "GET /operator/none HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] last = "GET /operator/none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.managementPort())) {
            socket.setSoTimeout(20_000);
            for (int i = 0; i < 50; i++) {
                socket.getOutputStream().write(one);
                socket.getOutputStream().write(none);
                socket.getOutputStream().flush();
            }
            socket.getOutputStream().write(last);
            assertThat(RawClient.readAll(socket).split("HTTP/1.1 ", -1)).hasSize(102);
        }
    }

    /// DNS rebinding: the page's name leads to 127.0.0.1, but it is still the page's name.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"evil.example | 403", "evil.example:9080 | 403", "localhost.evil.example | 403",
            "127.0.0.1.evil.example | 403", "10.0.0.1 | 403", "localhost | 200", "LOCALHOST:9080 | 200", "127.0.0.1:9080 | 200",
            "127.1.2.3 | 200", "[::1]:9080 | 200", "ops.example.com | 200", "OPS.example.com:9080 | 200", "other | 200"})
    void answersToItsOwnNamesOnly(String host, int status) throws Exception {
        for (String path : new String[]{"/operator/routes", "/actuator/health"}) {
            assertThat(raw("GET " + path, "Host: " + host)).startsWith("HTTP/1.1 " + status);
        }
    }

    private String raw(String request, String fields) throws IOException {
        return RawClient.exchange(gateway.managementPort(),
                request + " HTTP/1.1\r\n" + fields + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({"/operator/routes", "/operator/issuers", "/operator/explain", "/operator"})
    void isNotOnThePublicPort(String path) throws Exception {
        HttpResponse<String> answer = gateway.get(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("route.none");
    }
}
