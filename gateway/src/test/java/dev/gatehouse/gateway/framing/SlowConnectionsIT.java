package dev.gatehouse.gateway.framing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.sun.management.UnixOperatingSystemMXBean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.pipeline.JarGateway;
import dev.gatehouse.gateway.pipeline.RawClient;
import dev.gatehouse.gateway.pipeline.RecordingUpstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/// Five thousand clients that are as slow as they can be, all at the same time. See [Visitors].
@Tag("slow")
class SlowConnectionsIT {

    private static final int HEADS = 4_500;
    // Each of these holds a connection to a backend, of which a gateway as it ships opens 500.
    private static final int BODIES = 400;
    private static final int READERS = 100;
    private static final int WARM_UP = 500;
    private static final int VISITS = 1_000;
    // A third more than there are, in this process and in the gateway's.
    private static final long DESCRIPTORS = 8_000;
    private static final String DEADLINE = "20s"; // long enough for all of them to be there together
    private static final long PATIENCE_SECONDS = 120;

    @Test
    void keepNobodyWaitingAndAreAllLetGo() throws Exception {
        assumeThat(descriptors()).as("open files that this machine allows a process (ulimit -Hn)").isGreaterThan(DESCRIPTORS);
        List<Socket> sockets = new ArrayList<>();
        List<CompletableFuture<String>> heard = new ArrayList<>();
        try (RecordingUpstream good = RecordingUpstream.start();
                RecordingUpstream waiting = RecordingUpstream.start();
                SlowUpstream endless = new SlowUpstream(SlowUpstream::answerWithoutEnd);
                JarGateway gateway = JarGateway.start("""
                        version: 1
                        routes:
                          - { id: all, match: { path: /** }, upstream: "%s", access: public }
                          - { id: waiting, match: { path: /waiting }, upstream: "%s", access: public }
                          - { id: endless, match: { path: /endless }, upstream: "%s", access: public }
                        """.formatted(good.url(), waiting.url(), endless.url()),
                        Map.of("GATEHOUSE_HEADER_TIMEOUT", DEADLINE, "GATEHOUSE_BODY_TIMEOUT", DEADLINE,
                                "GATEHOUSE_SEND_TIMEOUT", DEADLINE,
                                // The visitors come from the address of the slow ones.
                                "GATEHOUSE_MAX_CONNECTIONS_PER_ADDRESS", Integer.toString(2 * (HEADS + BODIES + READERS))))) {
            Visitors.waits(WARM_UP, () -> visit(gateway));
            Visitors.Waits before = Visitors.waits(VISITS, () -> visit(gateway));
            for (int i = 0; i < HEADS; i++) {
                heard.add(say(connect(gateway, sockets), "GET /x HTTP/1.1\r\nX-A: ", 5_000));
            }
            for (int i = 0; i < BODIES; i++) {
                heard.add(say(connect(gateway, sockets),
                        "POST /waiting HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n", 1_000));
            }
            for (int i = 0; i < READERS; i++) {
                read(connect(gateway, sockets), "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            Visitors.Waits meanwhile = Visitors.waits(VISITS, () -> visit(gateway));
            assertThat(heard).as("none had been let go by then").noneMatch(CompletableFuture::isDone);
            assertThat(endless.dropped().availablePermits()).isZero();

            meanwhile.areHardlyLongerThan(before);
            for (CompletableFuture<String> end : heard) {
                assertThat(end.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).startsWith("HTTP/1.1 408 ");
            }
            assertThat(endless.dropped().tryAcquire(READERS, PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("whose answers nobody took are let go").isTrue();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /// Java takes as many as it may have, whatever the shell says of how many it has.
    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    private static void visit(JarGateway gateway) {
        assertThat(gateway.send("GET /visit")).startsWith("HTTP/1.1 200 ");
    }

    private static Socket connect(JarGateway gateway, List<Socket> all) throws IOException {
        Socket socket = new Socket();
        all.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        return socket;
    }

    /// Says an octet now and then until it is told something.
    private static CompletableFuture<String> say(Socket socket, String beginning, int pauseMillis) throws IOException {
        CompletableFuture<String> heard = new CompletableFuture<>();
        socket.setSoTimeout(pauseMillis);
        Thread.ofVirtual().start(() -> {
            try {
                write(socket, beginning);
                while (!heard.isDone()) {
                    hear(socket, heard);
                }
            } catch (IOException gone) {
                heard.completeExceptionally(gone);
            }
        });
        return heard;
    }

    private static void hear(Socket socket, CompletableFuture<String> heard) throws IOException {
        try {
            heard.complete(RawClient.readAll(socket));
        } catch (SocketTimeoutException _) {
            write(socket, "x");
        }
    }

    /// Takes an octet a second of its answer.
    private static void read(Socket socket, String request) throws IOException {
        write(socket, request);
        assertThat(socket.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
        Thread.ofVirtual().start(() -> {
            try {
                while (socket.getInputStream().read() >= 0) {
                    TimeUnit.SECONDS.sleep(1); // the attack itself, not a wait for something
                }
            } catch (IOException | InterruptedException gone) {
                // The gateway hung up, or the test is over.
            }
        });
    }

    private static void write(Socket socket, String octets) throws IOException {
        socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }
}
