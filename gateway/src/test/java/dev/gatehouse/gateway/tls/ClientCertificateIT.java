package dev.gatehouse.gateway.tls;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ssl.pem.PemContent;

import dev.gatehouse.gateway.pipeline.RawClient;
import dev.gatehouse.gateway.pipeline.RecordingUpstream;
import dev.gatehouse.gateway.pipeline.SocketPeer;
import dev.gatehouse.gateway.pipeline.SocketUpstream;
import dev.gatehouse.gateway.pipeline.TestGateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Clients with every kind of certificate, and with none, at one gateway that asks for them on some routes.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientCertificateIT {

    private static final TestCertificates AUTHORITY = TestCertificates.create();
    private static final TestCertificates SECOND = TestCertificates.create();
    private static final String ORDERS = "spiffe://example.org/orders";
    private static final X509Bundle GOOD = AUTHORITY.issued(builder -> named(builder, ORDERS));

    @TempDir
    private static Path folder;

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private SocketUpstream sockets;
    private TestGateway gateway;

    private static CertificateBuilder named(CertificateBuilder builder, String uri) {
        return builder.subject("CN=client").addSanUriName(URI.create(uri)).addExtendedKeyUsageClientAuth();
    }

    @BeforeAll
    void start() throws IOException {
        sockets = SocketUpstream.agreeing();
        Path authorities = Files.writeString(folder.resolve("clients.pem"), AUTHORITY.pem());
        Map<String, String> settings = new HashMap<>(TestCertificates.settings(folder, AUTHORITY.server("CN=gateway")));
        settings.put("GATEHOUSE_TLS_CLIENT_CA", authorities.toString());
        gateway = TestGateway.start("""
                version: 1
                routes:
                  - { id: any, match: { path: /any/** }, upstream: "%1$s", access: client-certificate }
                  - { id: one, match: { path: /one }, upstream: "%1$s", access: { client-certificate: ["%2$s"] } }
                  - { id: open, match: { path: /open }, upstream: "%1$s", access: public }
                  - { id: socket, match: { path: /socket }, upstream: "%3$s", access: client-certificate, websocket: {} }
                """.formatted(upstream.url(), ORDERS, sockets.url()), settings);
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        sockets.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + gateway.port() + path)).timeout(Duration.ofSeconds(30));
    }

    private static HttpClient client(SSLContext context, String tls, Version version) {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[]{tls});
        return HttpClient.newBuilder().sslContext(context).sslParameters(parameters).version(version).build();
    }

    private HttpResponse<String> get(SSLContext context, String tls, Version version, String path) throws Exception {
        try (HttpClient client = client(context, tls, version)) {
            HttpResponse<String> answer = client.send(request(path).build(), BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(version);
            return answer;
        }
    }

    static Stream<Arguments> ways() {
        return Stream.of("TLSv1.2", "TLSv1.3").flatMap(
                tls -> Stream.of(Version.HTTP_1_1, Version.HTTP_2).map(version -> arguments(tls, version)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void tellsTheBackendWhomTheCertificateNames(String tls, Version version) throws Exception {
        assertThat(get(AUTHORITY.insistingOn(GOOD), tls, version, "/any").statusCode()).isEqualTo(200);

        RecordingUpstream.Received received = upstream.next();
        assertThat(received.all("X-User-Id")).containsExactly(ORDERS);
        assertThat(received.all("X-Gatehouse-Assertion")).hasSize(1);
        assertThat(received.all("X-User-Roles")).isEmpty();
    }

    static Stream<Arguments> attacks() {
        X509Bundle expired = AUTHORITY.issued(builder -> named(builder, ORDERS).notBefore(Instant.now().minus(Duration.ofDays(9)))
                .notAfter(Instant.now().minus(Duration.ofDays(1))));
        return Stream.of(arguments("none", AUTHORITY.trusting(), "auth.certificate_missing"),
                arguments("self-signed",
                        AUTHORITY.insistingOn(TestCertificates.selfSigned(builder -> named(builder, ORDERS))),
                        "auth.certificate_invalid"),
                arguments("expired", AUTHORITY.insistingOn(expired), "auth.certificate_invalid"),
                arguments("of another authority with the same name",
                        AUTHORITY.insistingOn(SECOND.issued(builder -> named(builder, ORDERS))), "auth.certificate_invalid"),
                arguments("of a server", AUTHORITY.insistingOn(AUTHORITY.server("CN=" + ORDERS)), "auth.certificate_invalid"),
                arguments("of two names",
                        AUTHORITY.insistingOn(AUTHORITY.issued(
                                builder -> named(builder, ORDERS).addSanUriName(URI.create("spiffe://example.org/other")))),
                        "auth.certificate_invalid"),
                arguments("of another name",
                        AUTHORITY.insistingOn(AUTHORITY.issued(builder -> named(builder, "spiffe://example.org/other"))),
                        "access.denied"),
                arguments("of that name in its subject only",
                        AUTHORITY.insistingOn(
                                AUTHORITY.issued(builder -> builder.subject("CN=" + ORDERS).addExtendedKeyUsageClientAuth())),
                        "access.denied"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void attacks(String certificate, SSLContext context, String code) throws Exception {
        for (String tls : new String[]{"TLSv1.2", "TLSv1.3"}) {
            HttpResponse<String> answer = get(context, tls, Version.HTTP_2, "/one");

            assertThat(answer.statusCode()).as(certificate).isEqualTo(403);
            assertThat(answer.body()).contains("\"code\":\"" + code + "\"").doesNotContain("example.org");
            assertThat(upstream.drain()).isEmpty();
            assertThat(get(context, tls, Version.HTTP_1_1, "/open").statusCode()).as("elsewhere").isEqualTo(200);
            assertThat(upstream.next().all("X-User-Id")).as("elsewhere nobody asks who it is").isEmpty();
        }
    }

    @Test
    void looksAtNoTokenAndPassesNone() throws Exception {
        try (HttpClient client = client(AUTHORITY.insistingOn(GOOD), "TLSv1.3", Version.HTTP_1_1)) {
            HttpResponse<String> answer = client.send(request("/any").header("Authorization", "Bearer nonsense")
                    .header("X-Client-Cert", "forged").header("X-User-Id", "root").build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
        }
        RecordingUpstream.Received received = upstream.next();
        assertThat(received.all("Authorization")).isEmpty();
        assertThat(received.all("X-Client-Cert")).isEmpty();
        assertThat(received.all("X-User-Id")).containsExactly(ORDERS);
    }

    /// A browser shows a certificate whichever page makes it send a request.
    @Test
    void refusesWhatAForeignPageMadeABrowserSend() throws Exception {
        try (HttpClient client = client(AUTHORITY.insistingOn(GOOD), "TLSv1.3", Version.HTTP_2)) {
            assertThat(client
                    .send(request("/any").header("Origin", "https://evil.example").POST(BodyPublishers.ofString("x")).build(),
                            BodyHandlers.ofString())
                    .body()).contains("access.denied");
            assertThat(
                    client.send(request("/any").header("Sec-Fetch-Site", "cross-site").POST(BodyPublishers.ofString("x")).build(),
                            BodyHandlers.ofString()).body())
                    .contains("access.denied");
            assertThat(upstream.drain()).isEmpty();
            assertThat(
                    client.send(request("/any").POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString()).statusCode())
                    .as("a program").isEqualTo(200);
        }
    }

    private String socket(SSLSocket socket, String path) throws IOException {
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(
                ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return RawClient.readAll(socket);
    }

    private SSLSocket connect(SSLContext context, String tls) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", gateway.port());
        socket.setEnabledProtocols(new String[]{tls});
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void knowsTheClientAfterAResumedSession(String tls) throws Exception {
        SSLContext context = AUTHORITY.insistingOn(GOOD);
        long created;
        try (SSLSocket first = connect(context, tls)) {
            assertThat(socket(first, "/one")).startsWith("HTTP/1.1 200 ");
            created = first.getSession().getCreationTime();
        }
        try (SSLSocket second = connect(context, tls)) {
            assertThat(socket(second, "/one")).startsWith("HTTP/1.1 200 ");
            assertThat(second.getSession().getCreationTime()).as("the session of before").isEqualTo(created);
        }
    }

    /// The longer ones are for a machine that is too busy to shake hands in time.
    @Test
    void aWebSocketEndsWithItsCertificate() throws Exception {
        for (int seconds : new int[]{2, 4, 8, 16}) {
            X509Bundle brief = AUTHORITY.issued(builder -> named(builder, ORDERS).notAfter(Instant.now().plusSeconds(seconds)));
            try (SSLSocket socket = connect(AUTHORITY.insistingOn(brief), "TLSv1.3")) {
                socket.getOutputStream()
                        .write(("GET /socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + SocketPeer.KEY + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                SocketPeer peer = new SocketPeer(socket, true);
                if (peer.head().startsWith("HTTP/1.1 101 ")) {
                    assertThat(peer.hear().code()).isEqualTo(4401);
                    return;
                }
                assertThat(peer.head()).as("too late").startsWith("HTTP/1.1 403 ");
            }
        }
        throw new AssertionError("no handshake came in time");
    }

    /// One test for the life of the file, since it changes it for everybody; at its end the file is as before.
    @Tag("slow")
    @Test
    void anAuthorityThatIsGoneCountsNoLongerForOpenConnections() throws Exception {
        ServerTls tls = gateway.bean(ServerTls.class);
        try (HttpClient open = client(AUTHORITY.insistingOn(GOOD), "TLSv1.3", Version.HTTP_2)) {
            assertThat(open.send(request("/any").build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);

            authorities(tls, SECOND.pem());
            assertThat(open.send(request("/any").build(), BodyHandlers.ofString()).body()).contains("auth.certificate_invalid");

            authorities(tls, SECOND.pem() + AUTHORITY.pem());
            assertThat(open.send(request("/any").build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);

            Files.writeString(folder.resolve("clients.pem"), GOOD.getCertificatePEM());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> tls.status().trouble().startsWith("GATEHOUSE_TLS_CLIENT_CA: a certificate"));
            assertThat(open.send(request("/any").build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        } finally {
            authorities(tls, AUTHORITY.pem());
        }
    }

    private static void authorities(ServerTls tls, String pem) throws IOException {
        Files.writeString(folder.resolve("clients.pem"), pem);
        int wanted = pem.split("BEGIN CERTIFICATE", -1).length - 1;
        X509Certificate first = PemContent.of(pem).getCertificates().getFirst();
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                .until(() -> tls.status().trouble().isEmpty() && tls.clients().orElseThrow().roots().size() == wanted
                        && tls.clients().get().roots().getFirst().equals(first));
    }
}
