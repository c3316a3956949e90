package dev.gatehouse.gateway.authentication;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Proven;
import dev.gatehouse.gateway.authentication.AuthenticationResult.Unavailable;

import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static dev.gatehouse.gateway.authentication.TestTokens.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Key servers on a machine that trusts one authority. Each server would hand out good keys; who stands behind them is all that differs.
class KeyServerCertificatesTests {

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final KeyPair AUTHORITY = pair();
    private static final KeyPair SERVER = pair();
    private static final Duration DAY = Duration.ofDays(1);

    private SSLContext before;

    @BeforeEach
    void trustTheAuthority() throws Exception {
        before = SSLContext.getDefault();
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority",
                certificate("CN=Authority", AUTHORITY, "CN=Authority", AUTHORITY, "", DAY.negated(), DAY));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext machine = SSLContext.getInstance("TLS");
        machine.init(null, trust.getTrustManagers(), null);
        SSLContext.setDefault(machine);
    }

    @AfterEach
    void trustAsBefore() {
        SSLContext.setDefault(before);
    }

    static Stream<Arguments> certificates() {
        Duration ago = DAY.multipliedBy(-10);
        return Stream.of(
                arguments("the authority's, in its time and of its name: the others fail for no other reason",
                        of("CN=Authority", AUTHORITY, "localhost", ago, DAY), true),
                arguments("expired yesterday", of("CN=Authority", AUTHORITY, "localhost", ago, DAY.negated()), false),
                arguments("not valid before tomorrow", of("CN=Authority", AUTHORITY, "localhost", DAY, DAY.multipliedBy(9)),
                        false),
                arguments("of another name", of("CN=Authority", AUTHORITY, "other.example", ago, DAY), false),
                arguments("of a name that only begins like it", of("CN=Authority", AUTHORITY, "localhost.evil.example", ago, DAY),
                        false),
                arguments("signed by itself", of("CN=localhost", SERVER, "localhost", ago, DAY), false),
                arguments("signed by somebody under the authority's name", of("CN=Authority", pair(), "localhost", ago, DAY),
                        false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("certificates")
    void believesKeysOnlyOfTheServerThatWasMeant(String why, X509Certificate certificate, boolean believed) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpsServer server = serverWith(certificate, asked);
        MovableClock clock = new MovableClock(NOW);
        try (Issuers issuers = Issuers.create(clock, Optional.empty())) {
            issuers.update(List.of(new IssuerSpec("gatehouse", TestTokens.ISSUER,
                    URI.create("https://localhost:" + server.getAddress().getPort() + "/keys"), Set.of("api"), Set.of("ES256"),
                    Set.of("at+jwt"), Duration.ofSeconds(30))));
            assertThat(Deadline.in(Duration.ofSeconds(30))
                    .await(() -> issuers.status().getFirst().usable() || issuers.status().getFirst().error().isPresent()))
                    .isTrue();
            AuthenticationResult result = Objects.requireNonNull(
                    new BearerTokenAuthenticator(issuers, new Revocations(clock), clock)
                            .authenticate(List.of("Bearer " + valid().signed()), List.of(),
                                    new AcceptedIssuers(Set.of("gatehouse"), Optional.empty(), List.of(), CookieNames.NONE),
                                    "192.0.2.1")
                            .block(Duration.ofSeconds(20)));

            assertThat(result).as(why).isInstanceOf(believed ? Proven.class : Unavailable.class);
            assertThat(asked.get() > 0).isEqualTo(believed);
        } finally {
            server.stop(0);
        }
    }

    private static HttpsServer serverWith(X509Certificate certificate, AtomicInteger asked)
            throws IOException, GeneralSecurityException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("own", SERVER.getPrivate(), PASSWORD, new X509Certificate[]{certificate});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] served = TestKeys.jwks(TestKeys.EC).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, served.length);
            exchange.getResponseBody().write(served);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static X509Certificate of(String issuer, KeyPair signer, String name, Duration from, Duration until) {
        return certificate("CN=localhost", SERVER, issuer, signer, name, from, until);
    }

    /// @param name a name of the server; none makes an authority where subject and issuer are one
    private static X509Certificate certificate(String subject, KeyPair keys, String issuer, KeyPair signer, String name,
            Duration from, Duration until) {
        try {
            Instant now = Instant.now();
            JcaX509v3CertificateBuilder certificate = new JcaX509v3CertificateBuilder(new X500Name(issuer), BigInteger.TWO,
                    Date.from(now.plus(from)), Date.from(now.plus(until)), new X500Name(subject), keys.getPublic());
            certificate.addExtension(Extension.basicConstraints, true,
                    new BasicConstraints(subject.equals(issuer) && name.isEmpty()));
            if (!name.isEmpty()) {
                certificate.addExtension(Extension.subjectAlternativeName, false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(certificate.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
