package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// An upstream's silence: how long it lasts at most, and that it is never shorter than the time that the route gives it to answer.
class PausesIT {

    private static SocketUpstream backend;
    private static SocketUpstream quick;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        backend = SocketUpstream.start(_ -> "");
        quick = SocketUpstream.start(_ -> "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin");
        gateway = TestGateway.start("""
                version: 1
                routes:
                  - { id: patient, match: { path: /patient }, upstream: "%1$s", access: public, timeout: 1h }
                  - { id: socket, match: { path: /socket }, upstream: "%1$s", access: public, timeout: 1h, websocket: {} }
                  - { id: quick, match: { path: /quick }, upstream: "%2$s", access: public, timeout: 500ms }
                """.formatted(backend.url(), quick.url()), Map.of("GATEHOUSE_UPSTREAM_PAUSE", "500ms"));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        backend.close();
        quick.close();
    }

    private static Socket say(String path, String fields) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(octets("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n"));
        return socket;
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Ends when a silence that began now has become too long.
    private static String pause() throws Exception {
        StringBuilder heard = new StringBuilder();
        try (Socket client = say("/quick", "")) {
            for (int octet = client.getInputStream().read(); octet >= 0; octet = client.getInputStream().read()) {
                heard.append((char) octet);
            }
        } catch (SocketException reset) {
            return heard.toString();
        }
        return heard.toString();
    }

    @Test
    void breaksOffAnAnswerThatStandsStill() throws Exception {
        assertThat(pause()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nbegin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/patient", "/socket"})
    void waitsForAnAnswerAsLongAsTheRouteSays(String path) throws Exception {
        String handshake = String.join("\r\n", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: " + SocketPeer.KEY, "");
        String fields = path.equals("/socket") ? handshake : "";
        try (Socket client = say(path, fields); SocketPeer upstream = backend.next()) {
            pause();

            upstream.raw(octets("HTTP/1.1 403 Late\r\nContent-Length: 4\r\n\r\nlate"));

            assertThat(new String(client.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1)).isEqualTo("HTTP/1.1 403");
        }
    }
}
