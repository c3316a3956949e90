package dev.gatehouse.gateway.framing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.pipeline.JarGateway;
import dev.gatehouse.gateway.pipeline.RawClient;
import dev.gatehouse.gateway.pipeline.RecordingUpstream;

import static org.assertj.core.api.Assertions.assertThat;

/// Clients that hold connections: each kind has its deadline, and nobody else waits for them.
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionBoundsIT {

    private static final int MOST = 300;
    // More than the buffers of two connections hold, so that a client has to wait for its backend.
    private static final int LARGE = 40_000_000;

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private SlowUpstream endless;
    private SlowUpstream pausing;
    private SlowUpstream trickling;
    private JarGateway gateway;

    @BeforeAll
    void start() throws IOException {
        endless = new SlowUpstream(SlowUpstream::answerWithoutEnd);
        pausing = new SlowUpstream(ConnectionBoundsIT::readAfterAPause);
        trickling = new SlowUpstream(ConnectionBoundsIT::answerLittleByLittle);
        gateway = JarGateway.start("""
                version: 1
                routes:
                  - { id: all, match: { path: /x/** }, upstream: "%s", access: public, max-body: 5MB, timeout: 500ms }
                  - { id: large, match: { path: /large }, upstream: "%s", access: public, max-body: 20KB }
                  - { id: endless, match: { path: /endless }, upstream: "%s", access: public }
                  - { id: pausing, match: { path: /pausing }, upstream: "%s", access: public, max-body: unlimited }
                  - { id: trickling, match: { path: /trickling }, upstream: "%s", access: public }
                """.formatted(upstream.url(), upstream.url(), endless.url(), pausing.url(), trickling.url()),
                Map.of("GATEHOUSE_MIN_RATE", "100000", "GATEHOUSE_BODY_TIMEOUT", "400ms",
                        "GATEHOUSE_HEADER_TIMEOUT", "400ms", "GATEHOUSE_IDLE_TIMEOUT", "2s",
                        "GATEHOUSE_SEND_TIMEOUT", "400ms", "GATEHOUSE_MAX_CONNECTIONS", Integer.toString(MOST),
                        "GATEHOUSE_MAX_CONNECTIONS_PER_ADDRESS", Integer.toString(MOST)));
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        endless.close();
        pausing.close();
        trickling.close();
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
        return RawClient.readAll(socket);
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
            Thread drip = Thread.ofVirtual().start(() -> drip(socket, "GET /x HTTP/1.1\r\nX-A: "));

            assertThat(readAll(socket)).startsWith("HTTP/1.1 408 ");
            drip.interrupt();
        }
    }

    /// None of them is ever silent for as long as the route waits.
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nfffff\r\n",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-A: "})
    void endsABodyThatComesOctetByOctet(String body) throws Exception {
        try (Socket socket = connect()) {
            Thread drip = Thread.ofVirtual().start(() -> drip(socket, "POST /x HTTP/1.1\r\nHost: localhost\r\n" + body));

            assertThat(readAll(socket)).startsWith("HTTP/1.1 408 ").contains("request.timeout");
            assertThat(upstream.next().whole()).isFalse();
            drip.interrupt();
        }
    }

    private static void drip(Socket socket, String beginning) {
        try {
            say(socket, beginning);
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

            assertThat(endless.dropped().tryAcquire(20, TimeUnit.SECONDS)).as("the upstream was let go").isTrue();
        }
    }

    @Test
    void blamesNobodyElseForAClientThatDoesNotRead() throws Exception {
        try (Socket socket = connect()) {
            say(socket, "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(endless.dropped().tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(Deadline.in(Duration.ofSeconds(20)).await(() -> !logged("/endless").isEmpty())).isTrue();
        assertThat(logged("/endless")).allMatch(line -> line.endsWith("\"broken\":true}"))
                .noneMatch(line -> line.contains("\"code\""));
    }

    private List<String> logged(String path) {
        return gateway.output().lines().filter(line -> line.contains("\"path\":\"" + path + "\"")).toList();
    }

    @Test
    void dropsAClientThatReadsOnlyJustAndItsUpstream() throws Exception {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
            say(socket, "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Thread sip = Thread.ofVirtual().start(() -> sip(socket));

            assertThat(endless.dropped().tryAcquire(20, TimeUnit.SECONDS)).as("the upstream was let go").isTrue();
            sip.interrupt();
        }
    }

    /// A fifth of what it has to take, but always something.
    private static void sip(Socket socket) {
        try {
            while (socket.getInputStream().readNBytes(400).length > 0) {
                TimeUnit.MILLISECONDS.sleep(20); // the attack itself, not a wait for something
            }
        } catch (IOException | InterruptedException _) {
            // The gateway hung up, or the test is over.
        }
    }

    @Test
    void waitsForAClientWhoseBackendIsSlowToRead() throws Exception {
        try (Socket socket = connect()) {
            say(socket,
                    "POST /pausing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + LARGE + "\r\n\r\n");
            say(socket, "x".repeat(LARGE));

            assertThat(readAll(socket)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void waitsForABackendThatIsSlowToAnswer() throws Exception {
        try (Socket socket = connect()) {
            say(socket, "GET /trickling HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

            assertThat(readAll(socket)).startsWith("HTTP/1.1 200 ").endsWith("x".repeat(60));
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
    void takesNobodyBeyondTheBound() throws Exception {
        List<Socket> all = new ArrayList<>();
        try {
            while (all.size() < MOST + 10) {
                all.add(connect());
            }
            assertThat(all.getLast().getInputStream().read()).as("one too many").isEqualTo(-1);
        } finally {
            all.forEach(ConnectionBoundsIT::close);
        }
        assertThat(Deadline.in(Duration.ofSeconds(20)).await(this::hasPlaces)).as("those who have gone leave their places")
                .isTrue();
    }

    private boolean hasPlaces() {
        List<Socket> some = new ArrayList<>();
        try {
            while (some.size() < MOST / 2) {
                some.add(connect());
            }
            say(some.getLast(), "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return some.getLast().getInputStream().read() == 'H';
        } catch (IOException full) {
            return false;
        } finally {
            some.forEach(ConnectionBoundsIT::close);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// Three times as long as a body may be slow.
    private static void readAfterAPause(InputStream in, OutputStream out) throws IOException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(1200); // what a busy backend does, not a wait for something
        in.skipNBytes(LARGE);
        out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void answerLittleByLittle(InputStream in, OutputStream out) throws IOException, InterruptedException {
        out.write("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < 60; i++) {
            out.write('x');
            TimeUnit.MILLISECONDS.sleep(20); // as before
        }
    }
}
