package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

import dev.gatehouse.gateway.framing.http2.FrameClient;

import static dev.gatehouse.gateway.framing.http2.FrameClient.DATA;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_STREAM;
import static dev.gatehouse.gateway.framing.http2.FrameClient.RESET;
import static dev.gatehouse.gateway.framing.http2.FrameClient.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Bodies of a client that speaks HTTP/2 pass at the pace of the slower side, too: the gateway opens windows only as its backend reads, and reads its backend
/// only as windows allow (RFC 9113 §5.2).
class StreamedBodiesIT {

    private static final int BODY = 48 << 20;
    // The buffers of the systems and of the gateway together; a gateway that held the body would take all of it.
    private static final int BUFFERS = 24 << 20;
    private static final int PART = 16_384;
    private static final int CANCEL = 8;
    private static final int FIRST_WINDOW = 65_535;

    private static final Sinks.Empty<Void> READS = Sinks.empty();
    private static final CompletableFuture<Long> DRUNK = new CompletableFuture<>();

    private static SocketUpstream backend;
    private static DisposableServer two;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        backend = SocketUpstream.start(_ -> "");
        two = HttpServer.create().host("127.0.0.1").port(0).protocol(HttpProtocol.H2C)
                .handle((request, _) -> READS.asMono().thenMany(request.receive()).map(part -> (long) part.readableBytes())
                        .reduce(0L, Long::sum).doOnNext(DRUNK::complete).then())
                .bindNow();
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
        two.disposeNow();
    }

    @Test
    void readsAnUploadNoFasterThanTheBackendDoes() throws Exception {
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            client.post(1, "content-length", Integer.toString(BODY));
            AtomicLong sent = pour(client);
            try (SocketPeer upstream = backend.next()) {
                assertThat(standstill(sent)).isLessThan(BUFFERS);
                assertThat(drink(upstream.socket().getInputStream())).isEqualTo(BODY);
            }
        }
    }

    /// Between two who speak HTTP/2 nothing but windows holds a body back.
    @Test
    void readsAnUploadNoFasterThanABackendOfHttp2Does() throws Exception {
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            client.request(1, false, ":method", "POST", ":scheme", "http", ":path", "/two", ":authority", "localhost",
                    "content-length", Integer.toString(BODY));
            AtomicLong sent = pour(client);
            assertThat(standstill(sent)).isLessThan(BUFFERS);
            READS.tryEmitEmpty();
            assertThat(DRUNK.get(30, TimeUnit.SECONDS)).isEqualTo(BODY);
        }
    }

    /// Sends a body on stream 1, as far as the gateway's windows allow.
    private static AtomicLong pour(FrameClient client) {
        Semaphore stream = new Semaphore(FIRST_WINDOW);
        Semaphore connection = new Semaphore(FIRST_WINDOW);
        AtomicLong sent = new AtomicLong();
        Thread.ofVirtual().start(() -> {
            try {
                for (FrameClient.Frame frame = client.next(); frame.type() != -1; frame = client.next()) {
                    if (frame.type() == WINDOW_UPDATE) {
                        (frame.stream() == 0 ? connection : stream).release(frame.number(0));
                    }
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        Thread.ofVirtual().start(() -> {
            try {
                for (int left = BODY; left > 0; left -= PART) {
                    stream.acquire(PART);
                    connection.acquire(PART);
                    client.frame(DATA, left == PART ? END_STREAM : 0, 1, new byte[PART]);
                    sent.addAndGet(PART);
                }
            } catch (IOException | InterruptedException closed) {
                // The test is over.
            }
        });
        return sent;
    }

    @Test
    void readsADownloadNoFasterThanTheClientDoes() throws Exception {
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            client.get(1, "/download");
            try (SocketPeer upstream = backend.next()) {
                upstream.raw(("HTTP/1.1 200 OK\r\nContent-Length: " + BODY + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                AtomicLong poured = new AtomicLong();
                Thread.ofVirtual().start(() -> {
                    try {
                        for (int left = BODY; left > 0; left -= PART) {
                            upstream.raw(new byte[PART]);
                            poured.addAndGet(PART);
                        }
                    } catch (IOException closed) {
                        // The test is over.
                    }
                });
                assertThat(standstill(poured)).isLessThan(BUFFERS);
                client.number(WINDOW_UPDATE, 0, BODY);
                client.number(WINDOW_UPDATE, 1, BODY);
                assertThat(body(client)).isEqualTo(BODY);
            }
        }
    }

    /// How many octets come on stream 1 to its end.
    private static long body(FrameClient client) throws IOException {
        long octets = 0;
        for (FrameClient.Frame frame = client.next(); frame.type() != -1; frame = client.next()) {
            if (frame.type() == DATA) {
                octets += frame.payload().length;
                if ((frame.flags() & END_STREAM) != 0) {
                    return octets;
                }
            }
        }
        return octets;
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

    private static long drink(InputStream in) throws IOException {
        long drunk = 0;
        byte[] part = new byte[64 * 1024];
        while (drunk < BODY) {
            int read = in.read(part);
            if (read < 0) {
                return drunk;
            }
            drunk += read;
        }
        return drunk;
    }

    /// How much was sent when no more went out.
    private static long standstill(AtomicLong sent) {
        AtomicLong last = new AtomicLong(-1);
        return await().atMost(30, TimeUnit.SECONDS).pollInterval(Duration.ofMillis(300)).until(() -> {
            long now = sent.get();
            return last.getAndSet(now) == now ? now : -1;
        }, still -> still > 0);
    }
}
