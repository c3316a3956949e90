package dev.gatehouse.gateway.framing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import dev.gatehouse.gateway.pipeline.RecordingUpstream;
import dev.gatehouse.gateway.pipeline.TestGateway;

import static org.assertj.core.api.Assertions.assertThat;

/// Clients that hold connections: each kind has its deadline, and nobody else waits for them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionBoundsIT {

    private static final int MOST = 1200;

    private RecordingUpstream upstream;
    private EndlessUpstream endless;
    private TestGateway gateway;

    @BeforeAll
    void start() throws IOException {
        upstream = RecordingUpstream.start();
        endless = new EndlessUpstream();
        gateway = TestGateway.start("""
                version: 1
                routes:
                  - { id: all, match: { path: /x/** }, upstream: "%s", access: public, max-body: 5MB, timeout: 500ms }
                  - { id: large, match: { path: /large }, upstream: "%s", access: public, max-body: 20KB }
                  - { id: endless, match: { path: /endless }, upstream: "%s", access: public }
                """.formatted(upstream.url(), upstream.url(), endless.url()),
                Map.of("GATEHOUSE_HEADER_TIMEOUT", "400ms", "GATEHOUSE_IDLE_TIMEOUT", "2s",
                        "GATEHOUSE_SEND_TIMEOUT", "400ms", "GATEHOUSE_MAX_CONNECTIONS", Integer.toString(MOST)));
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        upstream.close();
        endless.close();
    }

    @BeforeEach
    void forget() {
        upstream.drain();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void say(Socket socket, String octets) throws IOException {
        socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void endsAHeaderSectionThatDoesNotEnd() throws Exception {
        try (Socket socket = connect()) {
            say(socket, "GET /x HTTP/1.1\r\nHost: loc");

            assertThat(readAll(socket)).startsWith("HTTP/1.1 408 ").contains("request.timeout");
        }
    }

    @Test
    void endsAHeaderSectionThatComesOctetByOctet() throws Exception {
        try (Socket socket = connect()) {
            Thread drip = Thread.ofVirtual().start(() -> drip(socket));

            assertThat(readAll(socket)).startsWith("HTTP/1.1 408 ");
            drip.interrupt();
        }
    }

    private static void drip(Socket socket) {
        try {
            say(socket, "GET /x HTTP/1.1\r\nX-A: ");
            while (!Thread.currentThread().isInterrupted()) {
                say(socket, "x");
                TimeUnit.MILLISECONDS.sleep(20); // the attack itself, not a wait for something
            }
        } catch (IOException | InterruptedException _) {
            // The gateway hung up, or the test is over.
        }
    }

    @Test
    void closesAConnectionThatSaysNothing() throws Exception {
        try (Socket socket = connect()) {
            assertThat(readAll(socket)).isEmpty();
        }
    }

    @Test
    void closesAConnectionThatHasNothingMoreToSay() throws Exception {
        try (Socket socket = connect()) {
            say(socket, "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(readAll(socket)).startsWith("HTTP/1.1 200 ").endsWith("ok");
        }
    }

    @Test
    void endsABodyThatStalls() throws Exception {
        try (Socket socket = connect()) {
            say(socket, "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf");

            assertThat(readAll(socket)).startsWith("HTTP/1.1 408 ").contains("request.timeout");
            assertThat(upstream.next().whole()).isFalse();
        }
    }

    @Test
    void dropsAClientThatDoesNotReadAndItsUpstream() throws Exception {
        try (Socket socket = connect()) {
            say(socket, "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(endless.dropped.await(20, TimeUnit.SECONDS)).as("the upstream was let go").isTrue();
        }
    }

    @Test
    void breaksOffABodyBeyondTheRoutesSize() throws Exception {
        try (Socket socket = connect()) {
            Thread upload = Thread.ofVirtual().start(() -> upload(socket, 50));

            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);

            assertThat(answer).isEqualTo("HTTP/1.1 413");
            assertThat(upstream.next().whole()).isFalse();
            upload.interrupt();
        }
    }

    private static void upload(Socket socket, int megabytes) {
        try {
            say(socket, "POST /large HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "100000\r\n" + "x".repeat(1 << 20) + "\r\n";
            for (int i = 0; i < megabytes; i++) {
                say(socket, chunk);
            }
            say(socket, "0\r\n\r\n");
        } catch (IOException _) {
            // It has said no already.
        }
    }

    @Test
    void servesOthersBesideAThousandSlowOnesAndNobodyBeyondTheBound() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                slow.add(connect());
                say(slow.getLast(), "G");
            }
            assertThat(gateway.get("/x").statusCode()).isEqualTo(200);
            while (slow.size() < MOST + 10) {
                slow.add(connect());
            }
            assertThat(slow.getLast().getInputStream().read()).as("one too many").isEqualTo(-1);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /// Answers without an end, for as long as it is let.
    private static final class EndlessUpstream implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final CountDownLatch dropped = new CountDownLatch(1);

        EndlessUpstream() throws IOException {
            Thread.ofVirtual().start(this::serve);
        }

        String url() {
            return "http://127.0.0.1:" + server.getLocalPort();
        }

        private void serve() {
            try (Socket socket = server.accept();
                    InputStream in = socket.getInputStream();
                    OutputStream out = socket.getOutputStream()) {
                in.readNBytes(16);
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                byte[] part = new byte[1 << 16];
                while (true) {
                    out.write(part);
                }
            } catch (IOException _) {
                dropped.countDown();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
