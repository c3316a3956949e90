package dev.gatehouse.gateway.explain;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.explain.RandomRequests.Sample;
import dev.gatehouse.gateway.pipeline.TestGateway;
import dev.gatehouse.gateway.tls.TestCertificates;

import static org.assertj.core.api.Assertions.assertThat;

/// `explain` knows of a request what only its connection tells: whether it is encrypted, and what its codec takes.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgreementAboutConnectionsIT {

    private static final InetAddress PEER = InetAddress.ofLiteral("127.0.0.1");
    private static final TestCertificates AUTHORITY = TestCertificates.create();
    // server.netty.max-initial-line-length and server.max-http-request-header-size in application.yml
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_FIELDS = 16 * 1024;

    private RecordingUpstream upstream;
    private Edge plain;
    private Edge secure;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        upstream = RecordingUpstream.start();
        Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        String routes = """
                version: 1
                issuers:
                  test: { issuer: "http://localhost:8080", jwks: "file:%s/keys.json", audiences: [api], algorithms: [ES256], cookie: access_token }
                routes:
                  - { id: pages, match: { path: /pages }, upstream: "http://%2$s", access: signed-in }
                  - { id: sizes, match: { path: /sizes/* }, upstream: "http://%2$s", access: public }
                  - { id: sockets, match: { path: /sockets }, upstream: "http://%2$s", access: optional, websocket: {} }
                """
                .formatted(folder, upstream.authority());
        plain = new Edge(TestGateway.start(routes, Map.of()), Optional.empty());
        secure = new Edge(TestGateway.start(routes, TestCertificates.settings(folder, AUTHORITY.server("CN=gateway"))),
                Optional.of(AUTHORITY.trusting()));
    }

    @AfterAll
    void stop() throws IOException {
        plain.close();
        secure.close();
        upstream.close();
    }

    /// Pages of the gateway's own address are those of its own scheme.
    @ParameterizedTest(name = "{0} {1}, over TLS: {2}")
    @CsvSource({"POST,http://localhost,403,forward", "POST,https://localhost,forward,403", "GET,http://localhost,403,forward",
            "GET,https://localhost,forward,403"})
    void knowsItsOwnPagesByTheirScheme(String method, String origin, String overTls, String without) throws Exception {
        List<String> fields = new ArrayList<>(List.of("Host: localhost", "Connection: close", "Origin: " + origin,
                "Cookie: access_token=" + TestTokens.validAt(Instant.now()).signed()));
        if (method.equals("GET")) {
            fields.add("Upgrade: websocket");
        }
        Sample sample = new Sample(method, "/pages", fields, 0);

        assertThat(end(secure, sample)).isEqualTo(overTls);
        assertThat(end(plain, sample)).isEqualTo(without);
    }

    @ParameterizedTest(name = "{0} octets beyond the bound")
    @ValueSource(ints = {-1, 0, 1})
    void agreesAboutSizes(int beyond) throws Exception {
        List<String> fields = List.of("Host: localhost", "Connection: close");
        String target = "/sizes/" + "x".repeat(MAX_LINE - "GET /sizes/ HTTP/1.1".length() + beyond);
        int left = MAX_FIELDS - String.join("", fields).length() - "X-Long: ".length() + beyond;
        List<String> many = Stream.concat(fields.stream(), Stream.of("X-Long: " + "x".repeat(left))).toList();

        assertThat(end(plain, new Sample("GET", target, fields, 0))).isEqualTo(beyond > 0 ? "414" : "forward");
        assertThat(end(plain, new Sample("GET", "/sizes/x", many, 0))).isEqualTo(beyond > 0 ? "431" : "forward");
    }

    /// Which fields behind the body are announced to the backend.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"POST | Trailer: X-Sum | chunked", "POST | Trailer: X-Sum, X-User-Id | chunked",
            "POST | Trailer: X-Sum; Connection: X-Sum | chunked", "POST | Trailer: X-Sum; X-Sum: 1 | chunked",
            "POST | Trailer: X-Sum; X-Sum: 1; Connection: x-sum | chunked",
            "POST | Trailer: X-Sum, X-Other; Connection: X-Other, close | chunked", "POST | Trailer: X-Sum | none",
            "GET | Trailer: X-Sum | none", "DELETE | Trailer: X-Sum | none"})
    void agreesAboutTrailers(String method, String said, String body) throws Exception {
        List<String> fields = new ArrayList<>(List.of("Host: localhost", "Connection: close"));
        fields.addAll(List.of(said.split("; ")));
        if (body.equals("chunked")) {
            fields.add("Transfer-Encoding: chunked");
        }
        Sample sample = new Sample(method, "/sizes/x", fields, 0);

        assertThat(end(plain, sample, body.equals("chunked") ? "2\r\nok\r\n0\r\nX-Sum: 42\r\n\r\n" : ""))
                .isEqualTo("forward");
    }

    /// How long a body is, its framing says, whatever `Connection` takes away.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {"Connection: Content-Length, close | 5", "Connection: content-length, close | 0",
            "Connection: close, X-A, Content-Length; X-A: b | 5"})
    void agreesAboutALengthThatConnectionNames(String said, int body) throws Exception {
        List<String> fields = new ArrayList<>(List.of("Host: localhost", "Content-Length: " + body));
        fields.addAll(List.of(said.split("; ")));

        assertThat(end(plain, new Sample("POST", "/sizes/x", fields, body))).isEqualTo("forward");
    }

    /// What the gateway has answered itself, the backend does not hear of; what comes ahead of the answer is none.
    @ParameterizedTest(name = "{0}")
    @CsvSource({"100-continue,forward", "100-Continue,forward", "200-ok,417"})
    void agreesAboutExpectations(String expected, String end) throws Exception {
        List<String> fields = List.of("Host: localhost", "Connection: close", "Content-Length: 5", "Expect: " + expected);

        assertThat(end(plain, new Sample("POST", "/sizes/x", fields, 5))).isEqualTo(end);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {"GET | X-A: b | 0 | forward", "GET | Content-Length: 0 | 0 | forward",
            "GET | Content-Length: 5 | 5 | 400", "POST | X-A: b | 0 | 400", "POST | Content-Length: 5 | 5 | 400",
            "GET | Transfer-Encoding: chunked | 0 | 400", "GET | Sec-WebSocket-Version: 8 | 0 | 400",
            "GET | Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw== | 0 | 400",
            "GET | Connection: Sec-WebSocket-Version | 0 | forward",
            "GET | Sec-WebSocket-Protocol: chat, superchat | 0 | forward", "GET | Sec-WebSocket-Protocol: chat, chat | 0 | 400",
            "GET | Sec-WebSocket-Extensions: permessage-deflate | 0 | forward",
            "GET | Sec-WebSocket-Protocol: chat, bearer.TOKEN | 0 | forward",
            "GET | Sec-WebSocket-Protocol: bearer.TOKEN | 0 | 400",
            "GET | Sec-WebSocket-Protocol: chat, bearer.TOKEN, bearer.x | 0 | 400",
            "GET | Sec-WebSocket-Protocol: chat, bearer.nonsense | 0 | 401",
            "GET | Sec-WebSocket-Protocol: chat, bearer.TOKEN; Authorization: Bearer TOKEN | 0 | 400",
            "GET | Authorization: Bearer TOKEN | 0 | forward", "GET | Cookie: access_token=TOKEN | 0 | 403",
            "GET | Cookie: access_token=TOKEN; Origin: http://localhost | 0 | forward",
            "GET | Sec-WebSocket-Protocol: chat, bearer.TOKEN; Cookie: access_token=TOKEN; Origin: http://localhost | 0 | forward"})
    void agreesAboutWebSockets(String method, String said, int body, String end) throws Exception {
        List<String> fields = new ArrayList<>(List.of("Host: localhost", "Upgrade: websocket", "Connection: Upgrade, close",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        if (!said.contains("Version: 8")) {
            fields.add("Sec-WebSocket-Version: 13");
        }
        fields.addAll(List.of(said.replace("TOKEN", TestTokens.validAt(Instant.now()).signed()).split("; ")));
        String chunks = said.contains("chunked") ? "0\r\n\r\n" : "";

        assertThat(end(plain, new Sample(method, "/sockets", fields, body), chunks)).isEqualTo(end);
    }

    private String end(Edge edge, Sample sample) throws Exception {
        return end(edge, sample, "");
    }

    /// What explanation and traffic agree about.
    private String end(Edge edge, Sample sample, String body) throws Exception {
        JsonNode outcome = edge.explain(sample, PEER).get("outcome");
        String answer = edge.exchange(sample.bytes() + body, PEER).replaceFirst("^HTTP/1.1 100 [^\r]*\r\n([^\r]+\r\n)*\r\n", "");

        assertThat(Agreement.difference(outcome, answer, upstream.next(), sample.method())).as(outcome + "\n" + answer).isEmpty();
        return outcome.path("status").asString(outcome.get("result").asString());
    }
}
