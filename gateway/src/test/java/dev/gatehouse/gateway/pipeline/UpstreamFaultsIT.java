package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// What callers see when the service behind a route fails, with a real gateway and upstreams that fail for real.
class UpstreamFaultsIT {

    private static TestGateway gatewayTo(String upstream, String timeout) {
        return TestGateway.start("""
                version: 1
                routes:
                  - { id: broken, match: { path: /** }, upstream: "%s", access: public, timeout: %s }
                """.formatted(upstream, timeout), Map.of());
    }

    @Test
    void answers502WhenNobodyListens() throws Exception {
        try (TestGateway gateway = gatewayTo("http://127.0.0.1:" + closedPort(), "10s")) {
            assertProblem(gateway.get("/x"), 502, "upstream.unreachable");
        }
    }

    @Test
    void answers504WhenTheAnswerTakesTooLong() throws Exception {
        try (RawUpstream silent = RawUpstream.silentAfter(""); TestGateway gateway = gatewayTo(silent.url(), "300ms")) {
            assertProblem(gateway.get("/x"), 504, "upstream.timeout");
        }
    }

    @ParameterizedTest
    @CsvSource({"SSH-2.0-OpenSSH_9.9", "HTTP/1.1 abc", "''"})
    void answers502WhenTheAnswerIsNotHttp(String garbage) throws Exception {
        try (RawUpstream raw = RawUpstream.saying(garbage.isEmpty() ? "" : garbage + "\r\n\r\n");
                TestGateway gateway = gatewayTo(raw.url(), "10s")) {
            assertProblem(gateway.get("/x"), 502, "upstream.bad_response");
        }
    }

    @ParameterizedTest
    @CsvSource({"Content-Length: 1000", "Transfer-Encoding: chunked"})
    void breaksOffAnAnswerThatWasCutShort(String framing) throws Exception {
        String half = framing.startsWith("Content") ? "half" : "4\r\nhalf\r\n";
        try (RawUpstream raw = RawUpstream.saying("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n" + half);
                TestGateway gateway = gatewayTo(raw.url(), "10s")) {
            assertThatThrownBy(() -> gateway.get("/x")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void leavesAnUpstreamAloneThatKeepsFailing() throws Exception {
        try (TestGateway gateway = gatewayTo("http://127.0.0.1:" + closedPort(), "10s")) {
            HttpResponse<String> answer = gateway.get("/x");
            for (int i = 0; i < 60 && answer.statusCode() == 502; i++) {
                answer = gateway.get("/x");
            }

            assertProblem(answer, 503, "upstream.open");
            assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow())).isBetween(1, 60);
        }
    }

    @Test
    void passesTheUpstreamsOwnErrorsUnchanged() throws Exception {
        try (RawUpstream raw = RawUpstream
                .saying("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\nContent-Type: text/plain\r\n\r\noops");
                TestGateway gateway = gatewayTo(raw.url(), "10s")) {
            HttpResponse<String> answer = gateway.get("/x");

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).isEqualTo("oops");
        }
    }

    @Test
    void neverLosesAnUploadToTheAnswersDeadline() throws Exception {
        try (TestUpstream upstream = TestUpstream.start(); TestGateway gateway = gatewayTo(upstream.url(), "1s")) {
            SlowBody body = new SlowBody(5, Duration.ofMillis(400));

            assertThat(gateway.send(gateway.request("/x").POST(body.publisher())).statusCode()).isEqualTo(200);
            assertThat(upstream.next().bodyLength()).isEqualTo(5);
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains("\"code\":\"" + code + '"');
    }
}
