package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.certificate.Authorities;
import dev.gatehouse.gateway.certificate.Judgement;

import static org.assertj.core.api.Assertions.assertThat;

class PeerCertificatesTests {

    private final Instant begun = Instant.now();

    private final AtomicReference<Instant> now = new AtomicReference<>(begun);

    /// A connection lives on with what was shown at its beginning, and so does a WebSocket that asks again.
    @Test
    void judgesByNow() throws Exception {
        X509Bundle root = new CertificateBuilder().ecp256().subject("CN=root").setIsCertificateAuthority(true).buildSelfSigned();
        X509Bundle client = new CertificateBuilder().ecp256().subject("CN=client").notBefore(begun.minus(Duration.ofDays(1)))
                .notAfter(begun.plus(Duration.ofHours(1))).addExtendedKeyUsageClientAuth().buildIssuedBy(root);
        InstantSource clock = now::get;
        PeerCertificates certificates = new PeerCertificates(
                () -> Optional.of(Authorities.of(List.of(root.getCertificate()))), clock.withZone(ZoneOffset.UTC));
        EmbeddedChannel connection = connected(root, client);
        try {
            assertThat(certificates.of(connection)).isInstanceOf(Judgement.Proven.class);

            now.set(begun.plus(Duration.ofHours(2)));
            assertThat(certificates.of(connection)).isInstanceOf(Judgement.Refused.class);
        } finally {
            connection.finishAndReleaseAll();
        }
    }

    /// The server's end of a handshake.
    private static EmbeddedChannel connected(X509Bundle server, X509Bundle client) throws Exception {
        EmbeddedChannel asking = new EmbeddedChannel();
        EmbeddedChannel answering = new EmbeddedChannel(
                SslContextBuilder.forServer(server.getKeyPair().getPrivate(), server.getCertificatePath())
                        .sslProvider(SslProvider.JDK).clientAuth(ClientAuth.REQUIRE)
                        .trustManager(InsecureTrustManagerFactory.INSTANCE).build().newHandler(asking.alloc()));
        asking.pipeline().addLast(SslContextBuilder.forClient().sslProvider(SslProvider.JDK)
                .keyManager(client.getKeyPair().getPrivate(), client.getCertificatePath())
                .trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm("").build()
                .newHandler(asking.alloc()));
        for (int turn = 0; turn < 20; turn++) { // a handshake takes three
            carry(asking, answering);
            carry(answering, asking);
        }
        assertThat(answering.pipeline().get(SslHandler.class).handshakeFuture().isSuccess()).isTrue();
        asking.finishAndReleaseAll();
        return answering;
    }

    private static void carry(EmbeddedChannel from, EmbeddedChannel to) {
        for (Object octets = from.readOutbound(); octets != null; octets = from.readOutbound()) {
            to.writeInbound(octets);
        }
    }
}
