package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.gatehouse.gateway.pipeline.Problems.assertOpens;
import static dev.gatehouse.gateway.pipeline.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// What callers see when the service behind a route fails, with a real gateway and upstreams that fail for real.
class UpstreamFaultsIT {

    private static final RawUpstream SILENT = RawUpstream.silentAfter("");
    private static final RawUpstream SSH = RawUpstream.saying("SSH-2.0-OpenSSH_9.9\r\n\r\n");
    private static final RawUpstream NO_STATUS = RawUpstream.saying("HTTP/1.1 abc\r\n\r\n");
    private static final RawUpstream MUTE = RawUpstream.saying("");
    private static final RawUpstream CUT = RawUpstream.saying("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
    private static final RawUpstream CUT_CHUNKED = RawUpstream
            .saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
    private static final RawUpstream FAILING = RawUpstream
            .saying("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\nContent-Type: text/plain\r\n\r\noops");
    private static final TestUpstream GOOD = TestUpstream.start();
    private static final TestUpstream KEPT = TestUpstream.start();
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        StringBuilder routes = new StringBuilder("version: 1\nroutes:\n");
        route(routes, "closed", "http://127.0.0.1:" + closedPort(), "10s");
        route(routes, "open", "http://127.0.0.1:" + closedPort(), "10s");
        route(routes, "silent", SILENT.url(), "300ms");
        route(routes, "ssh", SSH.url(), "10s");
        route(routes, "no-status", NO_STATUS.url(), "10s");
        route(routes, "mute", MUTE.url(), "10s");
        route(routes, "cut", CUT.url(), "10s");
        route(routes, "cut-chunked", CUT_CHUNKED.url(), "10s");
        route(routes, "failing", FAILING.url(), "10s");
        route(routes, "good", GOOD.url(), "1s");
        route(routes, "kept", KEPT.url(), "1s, retries: idempotent");
        gateway = TestGateway.start(routes.toString(), Map.of());
    }

    private static void route(StringBuilder routes, String name, String upstream, String timeout) {
        routes.append(
                "  - { id: %s, match: { path: /%s }, upstream: \"%s\", access: public, timeout: %s }%n".formatted(name, name,
                        upstream, timeout));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        GOOD.close();
        KEPT.close();
        for (RawUpstream upstream : List.of(SILENT, SSH, NO_STATUS, MUTE, CUT, CUT_CHUNKED, FAILING)) {
            upstream.close();
        }
    }

    @Test
    void answers502WhenNobodyListens() throws Exception {
        assertProblem(gateway.get("/closed"), 502, "upstream.unreachable");
    }

    @Test
    void answers504WhenTheAnswerTakesTooLong() throws Exception {
        assertProblem(gateway.get("/silent"), 504, "upstream.timeout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ssh", "/no-status", "/mute"})
    void answers502WhenTheAnswerIsNotHttp(String garbage) throws Exception {
        assertProblem(gateway.get(garbage), 502, "upstream.bad_response");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/cut", "/cut-chunked"})
    void breaksOffAnAnswerThatWasCutShort(String cut) {
        assertThatThrownBy(() -> gateway.get(cut)).isInstanceOf(IOException.class);
    }

    @Test
    void leavesAnUpstreamAloneThatKeepsFailing() throws Exception {
        assertOpens(gateway, "/open");
    }

    @Test
    void passesTheUpstreamsOwnErrorsUnchanged() throws Exception {
        HttpResponse<String> answer = gateway.get("/failing");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo("oops");
    }

    @Test
    void neverLosesAnUploadToTheAnswersDeadline() throws Exception {
        SlowBody body = new SlowBody(5, Duration.ofMillis(400));

        assertThat(gateway.send(gateway.request("/good").POST(body.publisher())).statusCode()).isEqualTo(200);
        assertThat(GOOD.next().bodyLength()).isEqualTo(5);
    }

    /// The same of a body that is kept to be sent again.
    @Test
    void neverLosesAKeptUploadToTheAnswersDeadline() throws Exception {
        SlowBody body = new SlowBody(5, Duration.ofMillis(400));

        assertThat(gateway.send(gateway.request("/kept").PUT(BodyPublishers.fromPublisher(body.publisher(), 5))).statusCode())
                .isEqualTo(200);
        assertThat(KEPT.next().bodyLength()).isEqualTo(5);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
