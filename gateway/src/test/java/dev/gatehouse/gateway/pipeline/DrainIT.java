package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.framing.http2.FrameClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// A gateway that stops: not ready first, accepting a while longer, and then finishing what it has begun.
@Tag("slow")
class DrainIT {

    @Test
    void stopsStepByStep() throws Exception {
        try (SocketUpstream sockets = SocketUpstream.agreeing();
                SocketUpstream slow = SocketUpstream.start(_ -> "");
                TestUpstream quick = TestUpstream.start();
                TestGateway gateway = TestGateway.start("""
                        version: 1
                        routes:
                          - { id: quick, match: { path: /quick }, upstream: "%s", access: public }
                          - { id: slow, match: { path: /slow }, upstream: "%s", access: public }
                          - { id: socket, match: { path: /socket }, upstream: "%s", access: public, websocket: {} }
                        """.formatted(quick.url(), slow.url(), sockets.url()),
                        Map.of("GATEHOUSE_DRAIN_GRACE", "4s", "GATEHOUSE_H2C", "on"));
                FrameClient streams = FrameClient.greet(gateway.port())) {
            streams.get(1, "/quick");
            assertThat(streams.answer(1).status()).isEqualTo(200);
            CompletableFuture<HttpResponse<String>> underWay = CompletableFuture.supplyAsync(() -> get(gateway, "/slow"),
                    task -> Thread.ofVirtual().start(task));
            SocketPeer request = slow.next();
            streams.get(5, "/slow");
            SocketPeer stream = slow.next();
            try (SocketPeer client = SocketPeer.ask(gateway.port(), "/socket"); SocketPeer upstream = sockets.next()) {
                Thread stopping = Thread.ofPlatform().start(gateway::close);

                await().atMost(Duration.ofSeconds(30)).until(() -> get(gateway, "/readyz").statusCode() == 503);
                HttpResponse<String> late = get(gateway, "/quick");
                assertThat(late.statusCode()).as("a request in the grace time").isEqualTo(200);
                assertThat(late.headers().firstValue("Connection")).contains("close");
                FrameClient.Frame goodbye = streams.next();
                while (goodbye.type() != FrameClient.GOAWAY && goodbye.type() != -1) {
                    goodbye = streams.next();
                }
                assertThat(goodbye.type()).isEqualTo(FrameClient.GOAWAY);
                assertThat(goodbye.number(0)).as("no stream is left out").isEqualTo(Integer.MAX_VALUE);
                assertThat(goodbye.number(4)).as("nothing is wrong").isZero();
                streams.get(7, "/quick");
                assertThat(streams.answer(7).status()).as("a stream that crossed it").isEqualTo(200);
                client.say("still here");
                assertThat(upstream.hear().text()).isEqualTo("still here");

                assertThat(client.hear().code()).isEqualTo(1001);
                assertThat(upstream.hear().code()).isEqualTo(1001);
                await().atMost(Duration.ofSeconds(30)).until(() -> !accepts(gateway));
                assertThat(stopping.isAlive()).as("while a request is under way").isTrue();
                byte[] done = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone".getBytes(StandardCharsets.US_ASCII);
                stream.raw(done);
                assertThat(streams.answer(5).status()).as("a stream that was under way").isEqualTo(200);
                assertThat(stopping.isAlive()).isTrue();
                request.raw(done);
                assertThat(underWay.get(30, TimeUnit.SECONDS).body()).isEqualTo("done");
                assertThat(stopping.join(Duration.ofSeconds(30))).isTrue();
            }
        }
    }

    @Test
    void doesNotWaitForSocketsWhoseClientsDoNotAnswer() throws Exception {
        try (SocketUpstream sockets = SocketUpstream.agreeing();
                TestGateway gateway = TestGateway.start("""
                        version: 1
                        routes:
                          - { id: socket, match: { path: /socket }, upstream: "%s", access: public, websocket: {} }
                        """.formatted(sockets.url()), Map.of("GATEHOUSE_DRAIN_LIMIT", "5m"));
                SocketPeer client = SocketPeer.ask(gateway.port(), "/socket");
                SocketPeer upstream = sockets.next()) {
            Thread stopping = Thread.ofPlatform().start(gateway::close);

            assertThat(client.hear().code()).isEqualTo(1001);
            assertThat(upstream.hear().code()).isEqualTo(1001);
            assertThat(stopping.join(Duration.ofSeconds(60))).as("ends within its patience, which is seconds").isTrue();
        }
    }

    @Test
    void cutsWhatOutlastsTheLimit() throws Exception {
        try (SocketUpstream slow = SocketUpstream.start(_ -> "");
                TestGateway gateway = TestGateway.start("""
                        version: 1
                        routes:
                          - { id: slow, match: { path: /slow }, upstream: "%s", access: public, timeout: 1h }
                        """.formatted(slow.url()), Map.of("GATEHOUSE_DRAIN_LIMIT", "1s", "GATEHOUSE_H2C", "on"));
                FrameClient streams = FrameClient.greet(gateway.port());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            client.setSoTimeout(60_000);
            client.getOutputStream().write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            SocketPeer request = slow.next();
            streams.get(1, "/slow");
            SocketPeer stream = slow.next();
            Thread stopping = Thread.ofPlatform().start(gateway::close);

            assertThat(stopping.join(Duration.ofSeconds(30))).as("ends").isTrue();
            streams.end();
            assertThat(stream.isHungUp()).isTrue();
            assertThat(ended(client)).as("without an answer").isTrue();
            assertThat(request.isHungUp()).isTrue();
        }
    }

    /// It goes once it is asked to, as browsers and clients in Go and Java may.
    @Test
    void doesNotWaitForStreamsWhoseClientHasGone() throws Exception {
        try (SocketUpstream backend = SocketUpstream.start(_ -> "");
                TestGateway gateway = TestGateway.start("""
                        version: 1
                        routes:
                          - { id: any, match: { path: /** }, upstream: "%s", access: public, max-body: unlimited }
                        """.formatted(backend.url()),
                        Map.of("GATEHOUSE_DRAIN_LIMIT", "2m", "GATEHOUSE_BODY_TIMEOUT", "10m", "GATEHOUSE_H2C", "on"))) {
            Thread stopping = Thread.ofPlatform().unstarted(gateway::close);
            try (FrameClient streams = FrameClient.greet(gateway.port())) {
                streams.post(1, "content-length", "1000000");
                streams.frame(FrameClient.DATA, 0, 1, new byte[1]);
                try (SocketPeer upstream = backend.next()) {
                    upstream.raw("HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 2\r\n\r\nno"
                            .getBytes(StandardCharsets.US_ASCII));
                    assertThat(streams.answer(1).status()).isEqualTo(422);
                }
                stopping.start();
                await().atMost(Duration.ofSeconds(30)).until(() -> !accepts(gateway) && isWaitingForConnections());
                streams.frame(FrameClient.PING, 0, 0, new byte[8]);
                FrameClient.Frame answer = streams.next();
                while (answer.type() != FrameClient.PING) {
                    assertThat(answer.type()).isNotEqualTo(-1);
                    answer = streams.next();
                }
            }

            assertThat(stopping.join(Duration.ofMinutes(1))).as("nothing is under way any more").isTrue();
        }
    }

    /// They have all been asked to close by then.
    private static boolean isWaitingForConnections() {
        return Thread.getAllStackTraces().entrySet().stream()
                .anyMatch(each -> each.getKey().getName().equals("netty-shutdown") && Arrays.stream(each.getValue())
                        .anyMatch(call -> call.getMethodName().equals("blockingGet")));
    }

    private static boolean ended(Socket client) throws IOException {
        try {
            return client.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static HttpResponse<String> get(TestGateway gateway, String path) {
        try {
            return gateway.get(path);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static boolean accepts(TestGateway gateway) {
        try (java.net.Socket socket = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), gateway.port())) {
            return socket.isConnected();
        } catch (java.io.IOException | RuntimeException refused) {
            return false;
        }
    }
}
