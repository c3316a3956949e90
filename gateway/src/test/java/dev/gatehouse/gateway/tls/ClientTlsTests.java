package dev.gatehouse.gateway.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// What becomes of new connections to a backend when the files for them change. The backend asks for a certificate of its own authority.
class ClientTlsTests {

    private static final TestCertificates BACKENDS = TestCertificates.create();
    private static final TestCertificates GATEWAYS = TestCertificates.create();
    private static final TestCertificates STRANGERS = TestCertificates.create();

    @TempDir
    private Path folder;
    private final ClientTls tls = new ClientTls();
    private DisposableServer backend;
    private SslContext context;

    @BeforeEach
    void start() throws Exception {
        backend = serving(BACKENDS.server("CN=backend"));
        write("ca.pem", BACKENDS.pem());
        own(GATEWAYS.client("CN=gateway"));
        context = tls.context(Optional.of(folder.resolve("ca.pem")), Optional.of(folder.resolve("own.pem")),
                Optional.of(folder.resolve("own.key")), false);
    }

    private static DisposableServer serving(X509Bundle server) throws Exception {
        SslContext context = SslContextBuilder.forServer(server.getKeyPair().getPrivate(), server.getCertificatePath())
                .clientAuth(ClientAuth.REQUIRE).trustManager(GATEWAYS.certificate()).build();
        return HttpServer.create().host("127.0.0.1").port(0).secure(ssl -> ssl.sslContext(context))
                .handle((_, response) -> response.sendString(Mono.just("ok"))).bindNow();
    }

    @AfterEach
    void stop() {
        tls.close();
        backend.disposeNow();
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(folder.resolve(name), text);
    }

    private void own(X509Bundle certificate) throws Exception {
        write("own.pem", certificate.getCertificatePathPEM());
        write("own.key", certificate.getPrivateKeyPEM());
    }

    private void lookTwice() {
        tls.look();
        tls.look();
    }

    private boolean connects() {
        return connects(backend);
    }

    private boolean connects(DisposableServer backend) {
        return HttpClient.create(ConnectionProvider.newConnection()).secure(ssl -> ssl.sslContext(context))
                .get().uri("https://localhost:" + backend.port() + "/").responseContent().aggregate().asString()
                .map(text -> text.equals("ok")).onErrorReturn(false).defaultIfEmpty(false)
                .block(Duration.ofSeconds(30));
    }

    static Stream<Arguments> impostors() {
        Instant now = Instant.now();
        return Stream.of(
                arguments("expired", BACKENDS.issued(server -> local(server).notBefore(now.minus(Duration.ofDays(9)))
                        .notAfter(now.minus(Duration.ofDays(1))))),
                arguments("not yet valid", BACKENDS.issued(server -> local(server).notBefore(now.plus(Duration.ofDays(1)))
                        .notAfter(now.plus(Duration.ofDays(9))))),
                arguments("of another name", BACKENDS.serverNamed("elsewhere.example")),
                arguments("of that name in its subject only",
                        BACKENDS.issued(server -> server.subject("CN=localhost").addSanDnsName("elsewhere.example")
                                .addExtendedKeyUsageServerAuth())),
                arguments("of another authority", STRANGERS.server("CN=backend")),
                arguments("self-signed", TestCertificates.selfSigned(ClientTlsTests::local)),
                arguments("of a client", BACKENDS.issued(server -> server.subject("CN=backend").addSanDnsName("localhost")
                        .addExtendedKeyUsageClientAuth())));
    }

    private static CertificateBuilder local(CertificateBuilder server) {
        return server.subject("CN=backend").addSanDnsName("localhost").addExtendedKeyUsageServerAuth();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("impostors")
    void sendsNothingToABackendThatCannotProveWhoItIs(String why, X509Bundle certificate) throws Exception {
        DisposableServer impostor = serving(certificate);
        try {
            assertThat(connects(impostor)).as(why).isFalse();
        } finally {
            impostor.disposeNow();
        }
    }

    @Test
    void trustsWhomTheChangedFileNames() throws Exception {
        assertThat(connects()).isTrue();

        write("ca.pem", STRANGERS.pem());
        lookTwice();
        assertThat(connects()).as("no longer vouched for").isFalse();

        write("ca.pem", STRANGERS.pem() + BACKENDS.pem());
        lookTwice();
        assertThat(connects()).as("vouched for again").isTrue();
    }

    @Test
    void showsTheChangedCertificate() throws Exception {
        own(STRANGERS.client("CN=gateway"));
        lookTwice();
        assertThat(connects()).as("one that the backend does not take").isFalse();

        own(GATEWAYS.client("CN=gateway"));
        lookTwice();
        assertThat(connects()).isTrue();
    }

    @Test
    void keepsWhatItHasWhereTheFilesAreBad() throws Exception {
        write("ca.pem", "half a file");
        lookTwice();
        assertThat(connects()).isTrue();

        write("ca.pem", BACKENDS.pem());
        write("own.key", GATEWAYS.client("CN=other").getPrivateKeyPEM());
        lookTwice();
        assertThat(connects()).as("the key of another certificate").isTrue();
    }
}
