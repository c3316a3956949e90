package dev.gatehouse.gateway.pipeline;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/// How a backend is told where a request ends, octet by octet.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutgoingFramingIT {

    private static final List<String> NONE = List.of();

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    @RegisterExtension
    private final TestGateway gateway = TestGateway.start("""
            version: 1
            routes:
              - { id: all, match: { path: /** }, upstream: "%s", access: public, max-body: unlimited }
            """.formatted(upstream.url()), Map.of());

    /// @param framing what the client says of the body, and the body
    /// @param length what the backend is told in `Content-Length`
    /// @param body as it comes to the backend, with the lines between chunks
    record Row(String method, String framing, List<String> length, String body) {

        boolean chunked() {
            return length.isEmpty() && !body.isEmpty();
        }
    }

    static Stream<Row> rows() {
        String chunks = "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
        return Stream.of(
                Stream.of("POST", "PUT", "PATCH", "OPTIONS", "PROPFIND").map(method -> new Row(method, "\r\n", List.of("0"), "")),
                Stream.of("GET", "HEAD", "DELETE").map(method -> new Row(method, "\r\n", NONE, "")),
                Stream.of("POST", "PUT", "PATCH", "OPTIONS", "GET", "HEAD", "DELETE").flatMap(method -> Stream.of(
                        new Row(method, "Content-Length: 0\r\n\r\n", List.of("0"), ""),
                        new Row(method, "Content-Length: 5\r\n\r\nhello", List.of("5"), "hello"),
                        new Row(method, "Connection: Content-Length\r\nContent-Length: 5\r\n\r\nhello", List.of("5"), "hello"))),
                Stream.of("POST", "PUT", "PATCH", "OPTIONS", "GET", "HEAD", "DELETE")
                        .map(method -> new Row(method, chunks, NONE, "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")))
                .flatMap(each -> each);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void tellsTheBackendWhereARequestEnds(Row row) throws Exception {
        upstream.answerWith("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + (row.method.equals("HEAD") ? "" : "ok"));

        String answer = RawClient.exchange(gateway.port(),
                row.method + " /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + row.framing);

        assertThat(answer).startsWith("HTTP/1.1 200 ");
        RecordingUpstream.Received seen = upstream.next();
        assertThat(seen.whole()).isTrue();
        assertThat(seen.all("Content-Length")).isEqualTo(row.length);
        assertThat(seen.all("Transfer-Encoding")).isEqualTo(row.chunked() ? List.of("chunked") : NONE);
        assertThat(seen.body()).isEqualTo(row.body);
        assertThat(upstream.drain()).as("a second request").isEmpty();
    }

    @Test
    void passesLargeBodiesOfAnyMethod() throws Exception {
        upstream.answerWith("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        String large = "x".repeat(300_000);
        for (String method : List.of("GET", "HEAD", "DELETE")) {
            String head = method + " /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
            assertThat(RawClient.exchange(gateway.port(), head + "Content-Length: 300000\r\n\r\n" + large))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(upstream.next().whole()).isTrue();
        }
    }
}
