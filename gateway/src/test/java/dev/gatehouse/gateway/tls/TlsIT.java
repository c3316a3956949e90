package dev.gatehouse.gateway.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.pipeline.AccessLines;
import dev.gatehouse.gateway.pipeline.RawClient;
import dev.gatehouse.gateway.pipeline.RecordingUpstream;
import dev.gatehouse.gateway.pipeline.TestGateway;
import dev.gatehouse.gateway.redirect.HttpsRedirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/// A gateway that speaks TLS, met by clients that speak it well, badly, or not at all.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsIT {

    private static final TestCertificates AUTHORITY = TestCertificates.create();
    private static final SSLContext TRUSTING = AUTHORITY.trusting();
    private static final String GET = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String OK = "\r\n\r\nok";
    // The alerts of RFC 8446 §6.2.
    private static final int HANDSHAKE_FAILURE = 40;
    private static final int PROTOCOL_VERSION = 70;

    @TempDir
    private static Path folder;

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private TestGateway gateway;

    @BeforeAll
    void start() {
        Map<String, String> settings = new HashMap<>(TestCertificates.settings(folder, AUTHORITY.server("CN=first")));
        settings.put("GATEHOUSE_REDIRECT_PORT", "0");
        settings.put("GATEHOUSE_HEADER_TIMEOUT", "2s");
        gateway = TestGateway.start("""
                version: 1
                routes:
                  - { id: all, match: { path: /** }, upstream: "%s", access: public, security-headers: api }
                """.formatted(upstream.url()), settings);
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    private SSLSocket connect() throws IOException {
        SSLSocket socket = (SSLSocket) TRUSTING.getSocketFactory().createSocket("localhost", gateway.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        socket.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (!answer.toString().endsWith(OK)) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("closed after: " + answer);
            }
            answer.append((char) octet);
        }
        return answer.toString();
    }

    private static String subject(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void serves(String version) throws Exception {
        try (SSLSocket socket = connect()) {
            socket.setEnabledProtocols(new String[]{version});

            assertThat(answer(socket)).startsWith("HTTP/1.1 200 ").contains("Strict-Transport-Security: max-age=");
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        }
        assertThat(upstream.next().all("X-Forwarded-Proto")).containsExactly("https");
    }

    @Test
    void letsClientsChooseHttp2AndCountsWhatTheyGet() throws Exception {
        try (AccessLines log = AccessLines.listen();
                HttpClient client = HttpClient.newBuilder().sslContext(TRUSTING).version(HttpClient.Version.HTTP_2).build()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + gateway.port() + "/counted")).build(),
                    BodyHandlers.ofString());

            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo("ok");
            assertThat(log.atLeast("\"path\":\"/counted\"", 1).getFirst()).contains("\"bytesSent\":2");
        }
    }

    /// Clients of today refuse to speak these, so the first message is written by hand (RFC 5246 §7.4.1.2): version, random, no session, suites, no
    /// compression.
    @ParameterizedTest
    @CsvSource({"0300, c013, " + PROTOCOL_VERSION, "0301, c013, " + PROTOCOL_VERSION, "0302, c013, " + PROTOCOL_VERSION,
            "0303, 002f, " + HANDSHAKE_FAILURE, "0303, 009c, " + HANDSHAKE_FAILURE, "0303, c013, " + HANDSHAKE_FAILURE,
            "0303, 0005, " + HANDSHAKE_FAILURE})
    void refusesOldVersionsAndWeakSuites(String version, String suite, int alert) throws Exception {
        String hello = version + "00".repeat(32) + "00" + "0002" + suite + "0100";
        String message = "01" + HexFormat.of().toHexDigits(hello.length() / 2).substring(2) + hello;
        byte[] record = HexFormat.of()
                .parseHex("160301" + HexFormat.of().toHexDigits((short) (message.length() / 2)) + message);

        String answer = RawClient.exchange(gateway.port(), new String(record, StandardCharsets.ISO_8859_1));

        assertThat(answer.charAt(0)).as("an alert").isEqualTo('\u0015');
        assertThat((int) answer.charAt(6)).isEqualTo(alert);
    }

    @Test
    void beginsNoSecondHandshakeOnAConnection() throws Exception {
        try (SSLSocket socket = connect()) {
            socket.setEnabledProtocols(new String[]{"TLSv1.2"});
            answer(socket);
            socket.startHandshake();

            assertThatThrownBy(() -> answer(socket)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void answersNobodyWhoSpeaksPlainHttp() throws Exception {
        assertThat(RawClient.exchange(gateway.port(), GET)).doesNotContain("HTTP/1.1");
        assertThat(upstream.drain()).isEmpty();
    }

    @Test
    void closesAConnectionWhoseHandshakeDoesNotEnd() throws Exception {
        assertThat(RawClient.exchange(gateway.port(), "\u0016\u0003\u0001")).isEmpty();
    }

    @Test
    void refusesTwoWaysToReadARequestBehindTlsToo() throws Exception {
        try (SSLSocket socket = connect(); OutputStream out = socket.getOutputStream()) {
            out.write("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(RawClient.readAll(socket)).startsWith("HTTP/1.1 400 ");
        }
    }

    /// One test for the whole life of the files, since it changes them for everybody.
    @Test
    void followsItsFilesWithoutDroppingConnections() throws Exception {
        ServerTls tls = gateway.bean(ServerTls.class);
        try (SSLSocket old = connect()) {
            answer(old);
            TestCertificates.write(folder, AUTHORITY.server("CN=second"));
            waitUntil(() -> tls.status().certificate().startsWith("CN=second"));

            assertThat(answer(old)).startsWith("HTTP/1.1 200 ");
            try (SSLSocket fresh = connect()) {
                answer(fresh);
                assertThat(subject(fresh)).isEqualTo("CN=second");
            }

            Files.writeString(folder.resolve("tls.key"), AUTHORITY.server("CN=third").getPrivateKeyPEM());
            waitUntil(() -> !tls.status().trouble().isEmpty());

            try (SSLSocket fresh = connect()) {
                answer(fresh);
                assertThat(subject(fresh)).isEqualTo("CN=second");
            }
            assertThat(answer(old)).startsWith("HTTP/1.1 200 ");
        }
        assertThat(management("health")).contains("DEGRADED", "not the key of the certificate");
        assertThat(management("prometheus")).contains("gatehouse_tls_reloads_total{result=\"bad\"} 1.0",
                "gatehouse_tls_certificate_expires_seconds");
    }

    private static void waitUntil(Callable<Boolean> done) {
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(done);
    }

    private String management(String page) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + "/actuator/" + page))
                            .build(),
                    BodyHandlers.ofString()).body();
        }
    }

    @Test
    void sendsPlainHttpToHttps() throws Exception {
        int port = gateway.bean(HttpsRedirect.class).port();
        try (AccessLines log = AccessLines.listen(); HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/a?b=c")).POST(
                            HttpRequest.BodyPublishers.ofString("body")).build(),
                    BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(308);
            assertThat(answer.headers().firstValue("Location")).hasValue("https://localhost/a?b=c");
            assertThat(log.atLeast(answer.headers().firstValue("X-Request-Id").orElseThrow(), 1).getFirst())
                    .contains("\"method\":\"POST\"", "\"path\":\"/a\"", "\"status\":308", "\"client\":\"127.0.0.1\"");
        }
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET //evil.example/ HTTP/1.1\r\nHost: localhost", "GET / HTTP/1.1\r\nHost: a\r\nHost: b",
            "GET / HTTP/1.1", "GET / HTTP/1.1\r\nHost: a@evil.example", "GET http://evil.example/ HTTP/1.1\r\nHost: localhost",
            "GET /%2e%2e/ HTTP/1.1\r\nHost: localhost"})
    void sendsNobodyToAnUnclearPlace(String request) throws Exception {
        try (AccessLines log = AccessLines.listen()) {
            assertThat(RawClient.exchange(gateway.bean(HttpsRedirect.class).port(), request + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ").doesNotContain("Location");
            assertThat(log.atLeast("\"status\":400", 1).getFirst()).contains("\"code\":\"request.");
        }
    }

    @Test
    void countsWhatItSendsToHttps() throws Exception {
        double before = redirected();
        RawClient.exchange(gateway.bean(HttpsRedirect.class).port(),
                "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        await().until(() -> redirected() == before + 1);
    }

    private double redirected() {
        return gateway.bean(MeterRegistry.class).find("gatehouse.requests").tag("status", "308").timers().stream()
                .mapToLong(Timer::count).sum();
    }
}
