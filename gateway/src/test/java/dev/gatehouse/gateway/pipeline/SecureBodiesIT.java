package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.gateway.framing.http2.FrameClient;
import dev.gatehouse.gateway.tls.TestCertificates;

import static org.assertj.core.api.Assertions.assertThat;

/// Within TLS, on both sides of the gateway, bodies pass at the pace of the slower side, too: what is decrypted ahead of its reader is bounded.
class SecureBodiesIT {

    private static final TestCertificates AUTHORITY = TestCertificates.create();

    @TempDir
    private static Path folder;

    private static SocketUpstream backend;
    private static PouringUpstream two;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        backend = SocketUpstream.secure(AUTHORITY.showing(AUTHORITY.server("CN=backend")));
        two = PouringUpstream.secure(AUTHORITY.server("CN=two"));
        Map<String, String> settings = new HashMap<>(TestCertificates.settings(folder, AUTHORITY.server("CN=gateway")));
        settings.put("GATEHOUSE_SEND_TIMEOUT", "60s");
        settings.put("GATEHOUSE_BODY_TIMEOUT", "60s");
        gateway = TestGateway.start("""
                version: 1
                upstreams:
                  one: { tls: { ca: %1$s }, instances: [{ url: "https://localhost:%2$d" }] }
                  two: { tls: { ca: %1$s }, protocol: h2, instances: [{ url: "https://localhost:%3$d" }] }
                defaults: { max-body: unlimited }
                routes:
                  - { id: one, match: { path: /one }, upstream: one, access: public }
                  - { id: two, match: { path: /two }, upstream: two, access: public }
                """.formatted(Files.writeString(folder.resolve("ca.pem"), AUTHORITY.pem()), backend.port(), two.port()),
                settings);
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        backend.close();
        two.close();
    }

    private static SSLSocket connect(String protocol) throws IOException {
        SSLSocket socket = (SSLSocket) AUTHORITY.trusting().getSocketFactory().createSocket("localhost", gateway.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[]{protocol});
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static SSLSocket say(String line, long length) throws IOException {
        SSLSocket socket = connect("http/1.1");
        socket.getOutputStream().write(octets(line + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n"));
        return socket;
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void readsAnUploadNoFasterThanTheBackendDoes() throws Exception {
        try (SSLSocket client = say("POST /one", Bodies.LENGTH)) {
            AtomicLong sent = Bodies.pour(client);
            try (SocketPeer upstream = backend.next()) {
                assertThat(Bodies.standstill(sent)).isLessThan(Bodies.BUFFERS);
                assertThat(Bodies.drink(upstream.socket().getInputStream())).isEqualTo(Bodies.LENGTH);
            }
        }
    }

    @Test
    void readsADownloadNoFasterThanTheClientDoes() throws Exception {
        try (SSLSocket socket = say("GET /one", 0); SocketPeer upstream = backend.next()) {
            upstream.raw(octets("HTTP/1.1 200 OK\r\nContent-Length: " + Bodies.LENGTH + "\r\n\r\n"));
            assertThat(Bodies.standstill(Bodies.pour(upstream.socket()))).isLessThan(Bodies.BUFFERS);
            SocketPeer client = new SocketPeer(socket, false);
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            assertThat(Bodies.drink(socket.getInputStream())).isEqualTo(Bodies.LENGTH);
        }
    }

    @Test
    void readsAnUploadOfHttp2NoFasterThanTheBackendDoes() throws Exception {
        try (FrameClient client = FrameClient.greet(connect("h2"))) {
            client.request(1, false, ":method", "POST", ":scheme", "https", ":path", "/two", ":authority", "localhost",
                    "content-length", Integer.toString(Bodies.LENGTH));
            assertThat(Bodies.standstill(Bodies.pour(client))).isLessThan(Bodies.BUFFERS);
            assertThat(two.drink()).isEqualTo(Bodies.LENGTH);
        }
    }

    @Test
    void readsADownloadOfHttp2NoFasterThanTheClientDoes() throws Exception {
        try (FrameClient client = FrameClient.greet(connect("h2"))) {
            client.request(1, true, ":method", "GET", ":scheme", "https", ":path", "/two", ":authority", "localhost");
            assertThat(Bodies.standstill(two.poured())).isLessThan(Bodies.BUFFERS);
            assertThat(Bodies.drink(client)).isEqualTo(Bodies.LENGTH);
        }
    }
}
