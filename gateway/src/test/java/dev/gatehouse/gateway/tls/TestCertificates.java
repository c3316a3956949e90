package dev.gatehouse.gateway.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

/// An authority of the test's own, and what it vouches for.
public final class TestCertificates {

    private static final char[] PASSWORD = "password".toCharArray();

    private final X509Bundle authority;

    private TestCertificates(X509Bundle authority) {
        this.authority = authority;
    }

    public static TestCertificates create() {
        return new TestCertificates(
                built(() -> new CertificateBuilder().ecp256().subject("CN=Authority").setIsCertificateAuthority(true)
                        .buildSelfSigned()));
    }

    /// A server named localhost.
    public X509Bundle server(String subject) {
        return built(
                () -> new CertificateBuilder().ecp256().subject(subject).addSanDnsName("localhost").addSanIpAddress("127.0.0.1")
                        .addExtendedKeyUsageServerAuth().buildIssuedBy(authority));
    }

    /// A server of another name.
    public X509Bundle serverNamed(String name) {
        return built(() -> new CertificateBuilder().ecp256().subject("CN=" + name).addSanDnsName(name)
                .addExtendedKeyUsageServerAuth().buildIssuedBy(authority));
    }

    public X509Bundle client(String subject) {
        return built(() -> new CertificateBuilder().ecp256().subject(subject).addExtendedKeyUsageClientAuth()
                .buildIssuedBy(authority));
    }

    /// The authority's own certificate.
    public String pem() {
        return authority.getCertificatePEM();
    }

    /// Writes certificate and key into a folder, and answers with the settings that name them.
    public static Map<String, String> settings(Path folder, X509Bundle server) {
        write(folder, server);
        return Map.of("GATEHOUSE_TLS_CERTIFICATE", folder.resolve("tls.crt").toString(), "GATEHOUSE_TLS_KEY",
                folder.resolve("tls.key").toString());
    }

    public static void write(Path folder, X509Bundle server) {
        try {
            Files.writeString(folder.resolve("tls.crt"), server.getCertificatePathPEM());
            Files.writeString(folder.resolve("tls.key"), server.getPrivateKeyPEM());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// Trusts the authority and shows nothing.
    public SSLContext trusting() {
        return context(null);
    }

    /// Trusts the authority and shows a certificate of its own.
    public SSLContext showing(X509Bundle client) {
        return context(client);
    }

    private SSLContext context(X509Bundle client) {
        return built(() -> {
            KeyStore trusted = empty();
            trusted.setCertificateEntry("authority", authority.getCertificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyStore own = empty();
            if (client != null) {
                own.setKeyEntry("own", client.getKeyPair().getPrivate(), PASSWORD,
                        new X509Certificate[]{client.getCertificate()});
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
            return context;
        });
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static <T> T built(Step<T> step) {
        try {
            return step.take();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private interface Step<T> {
        T take() throws Exception;
    }
}
