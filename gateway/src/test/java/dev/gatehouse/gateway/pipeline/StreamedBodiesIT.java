package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.framing.http2.FrameClient;

import static dev.gatehouse.gateway.framing.http2.FrameClient.DATA;
import static dev.gatehouse.gateway.framing.http2.FrameClient.RESET;
import static org.assertj.core.api.Assertions.assertThat;

/// Bodies of a client that speaks HTTP/2 pass at the pace of the slower side, too: the gateway opens windows only as its backend reads, and reads its backend
/// only as windows allow (RFC 9113 §5.2).
class StreamedBodiesIT {

    private static final int CANCEL = 8;

    private static SocketUpstream backend;
    private static PouringUpstream two;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        backend = SocketUpstream.start(_ -> "");
        two = PouringUpstream.clear();
        gateway = TestGateway.start("""
                version: 1
                upstreams: { two: { protocol: h2c, instances: [{ url: "http://127.0.0.1:%2$d" }] } }
                defaults: { max-body: unlimited }
                routes:
                  - { id: two, match: { path: /two }, upstream: two, access: public }
                  - { id: post, match: { path: /** }, upstream: "%1$s", access: public }
                """.formatted(backend.url(), two.port()),
                Map.of("GATEHOUSE_H2C", "on", "GATEHOUSE_SEND_TIMEOUT", "60s", "GATEHOUSE_BODY_TIMEOUT", "60s"));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        backend.close();
        two.close();
    }

    @Test
    void readsAnUploadNoFasterThanTheBackendDoes() throws Exception {
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            client.post(1, "content-length", Integer.toString(Bodies.LENGTH));
            AtomicLong sent = Bodies.pour(client);
            try (SocketPeer upstream = backend.next()) {
                assertThat(Bodies.standstill(sent)).isLessThan(Bodies.BUFFERS);
                assertThat(Bodies.drink(upstream.socket().getInputStream())).isEqualTo(Bodies.LENGTH);
            }
        }
    }

    /// Between two who speak HTTP/2 nothing but windows holds a body back.
    @Test
    void readsAnUploadNoFasterThanABackendOfHttp2Does() throws Exception {
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            client.request(1, false, ":method", "POST", ":scheme", "http", ":path", "/two", ":authority", "localhost",
                    "content-length", Integer.toString(Bodies.LENGTH));
            assertThat(Bodies.standstill(Bodies.pour(client))).isLessThan(Bodies.BUFFERS);
            assertThat(two.drink()).isEqualTo(Bodies.LENGTH);
        }
    }

    @Test
    void readsADownloadNoFasterThanTheClientDoes() throws Exception {
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            client.get(1, "/download");
            try (SocketPeer upstream = backend.next()) {
                upstream.raw(
                        ("HTTP/1.1 200 OK\r\nContent-Length: " + Bodies.LENGTH + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                AtomicLong poured = Bodies.pour(upstream.socket());
                assertThat(Bodies.standstill(poured)).isLessThan(Bodies.BUFFERS);
                assertThat(Bodies.drink(client)).isEqualTo(Bodies.LENGTH);
            }
        }
    }

    @Test
    void readsADownloadOfHttp2NoFasterThanTheClientDoes() throws Exception {
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            client.get(1, "/two");
            assertThat(Bodies.standstill(two.poured())).isLessThan(Bodies.BUFFERS);
            assertThat(Bodies.drink(client)).isEqualTo(Bodies.LENGTH);
        }
    }

    @Test
    void leavesTheBackendWhenTheClientResetsTheStream() throws Exception {
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            client.get(1, "/waits");
            try (SocketPeer upstream = backend.next()) {
                client.number(RESET, 1, CANCEL);
                assertThat(upstream.isHungUp()).as("before it has answered").isTrue();
            }
            client.post(3, "content-length", "1000");
            client.frame(DATA, 0, 3, new byte[10]);
            try (SocketPeer upstream = backend.next()) {
                client.number(RESET, 3, CANCEL);
                assertThat(upstream.isHungUp()).as("in the middle of an upload").isTrue();
            }
        }
    }
}
