package dev.gatehouse.gateway.framing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.pipeline.RawClient;
import dev.gatehouse.gateway.pipeline.RecordingUpstream;
import dev.gatehouse.gateway.pipeline.TestGateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Clients that wait for leave to send a body (RFC 9110 §10.1.1) and get an answer instead. They may send the body nevertheless, or go on with another request:
/// neither is ever taken for the other, since the connection ends with the answer.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExpectationIT {

    private static final String ADMIN = "GET /open/admin HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    @RegisterExtension
    private final TestGateway gateway = TestGateway
            .start("""
                    version: 1
                    issuers:
                      any: { issuer: "http://localhost", jwks: "http://127.0.0.1:1/none", audiences: [api] }
                    routes:
                      - { id: open, match: { path: /open/** }, upstream: "%1$s", access: public }
                      - { id: private, match: { path: /private/** }, upstream: "%1$s", access: signed-in }
                      - { id: short, match: { path: /short/** }, upstream: "%1$s", access: public, max-body: 10B }
                      - { id: read, match: { path: /read/**, methods: [GET] }, upstream: "%1$s", access: public }
                      - { id: pages, match: { path: /pages/** }, upstream: "%1$s", access: public, cors: { origins: ["https://app.example"] } }
                    """
                    .formatted(upstream.url()), Map.of());

    static Stream<Arguments> answered() {
        return Stream.of(arguments("POST /private/x", "", 401), arguments("POST /none", "", 404),
                arguments("POST /read/x", "", 405),
                arguments("POST /short/x", "", 413), arguments("POST /open/a%2f..", "", 400), arguments("GET /livez", "", 200),
                arguments("GET /.well-known/gatehouse/jwks.json", "", 200),
                arguments("OPTIONS /pages/x", "Origin: https://app.example\r\nAccess-Control-Request-Method: GET\r\n", 204));
    }

    /// All of them that say so before they know how long the body will be.
    static Stream<Arguments> answeredWithoutALength() {
        return answered().filter(row -> !row.get()[2].equals(413));
    }

    private static String head(String line, String fields, String framing) {
        return line + " HTTP/1.1\r\nHost: localhost\r\n" + fields + framing + "Expect: 100-continue\r\n\r\n";
    }

    /// Once the answer is there.
    private String answers(String head, String then) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            int first = socket.getInputStream().read();
            try {
                socket.getOutputStream().write(then.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException _) {
                // closed already, which is as good
            }
            return (char) first + RawClient.readAll(socket);
        }
    }

    private void assertLast(String answers, int status) {
        assertThat(answers).startsWith("HTTP/1.1 " + status + " ").containsIgnoringCase("\r\nconnection: close\r\n");
        assertThat(answers.split("HTTP/1\\.1 ", -1)).as("answers").hasSize(2);
        assertThat(upstream.drain()).as("what the backend saw").isEmpty();
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("answered")
    void anotherRequestInsteadOfTheBodyIsNeitherBodyNorAnswered(String line, String fields, int status) throws Exception {
        assertLast(answers(head(line, fields, "Content-Length: 1000\r\n"), ADMIN), status);
        assertLast(answers(head(line, fields, "Content-Length: 11\r\n"), ADMIN), status);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("answered")
    void bodyThatLooksLikeARequestIsNone(String line, String fields, int status) throws Exception {
        String head = head(line, fields, "Content-Length: " + ADMIN.length() + "\r\n");
        assertLast(answers(head, ADMIN), status);
        assertLast(RawClient.exchange(gateway.port(), head + ADMIN), status);
        assertLast(RawClient.exchange(gateway.port(), head + ADMIN + ADMIN), status);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("answeredWithoutALength")
    void chunksThatLookLikeARequestAreNone(String line, String fields, int status) throws Exception {
        String head = head(line, fields, "Transfer-Encoding: chunked\r\n");
        String chunks = Integer.toHexString(ADMIN.length()) + "\r\n" + ADMIN + "\r\n0\r\n\r\n";
        assertLast(answers(head, chunks), status);
        assertLast(answers(head, ADMIN), status);
        assertLast(RawClient.exchange(gateway.port(), head + chunks + ADMIN), status);
    }

    @Test
    void answersThoseBeforeIt() throws Exception {
        String answers = RawClient.exchange(gateway.port(),
                "GET /open/first HTTP/1.1\r\nHost: localhost\r\n\r\n" + head("POST /private/x", "", "Content-Length: 1000\r\n")
                        + ADMIN);

        assertThat(answers).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 401 ");
        assertThat(answers.split("HTTP/1\\.1 ", -1)).as("answers").hasSize(3);
        assertThat(upstream.drain()).extracting(RecordingUpstream.Received::target).containsExactly("/open/first");
    }

    /// With leave, or without having waited for it.
    @Test
    void connectionGoesOnBehindABodyThatWasTaken() throws Exception {
        String head = head("POST /open/x", "", "Content-Length: 5\r\n");
        String last = "GET /open/last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

        assertThat(answers(head, "hello" + last)).startsWith("HTTP/1.1 100 ").contains("HTTP/1.1 200 ");
        assertThat(upstream.drain()).extracting(RecordingUpstream.Received::target).containsExactly("/open/x", "/open/last");
        assertThat(RawClient.exchange(gateway.port(), head + "hello" + last)).contains("HTTP/1.1 200 ");
        assertThat(upstream.drain()).extracting(RecordingUpstream.Received::target).containsExactly("/open/x", "/open/last");
    }
}
