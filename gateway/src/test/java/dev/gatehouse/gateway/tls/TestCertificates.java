package dev.gatehouse.gateway.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

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

    /// Whatever a test wants the authority to vouch for.
    public X509Bundle issued(UnaryOperator<CertificateBuilder> details) {
        return built(() -> details.apply(new CertificateBuilder().ecp256()).buildIssuedBy(authority));
    }

    /// What nobody vouches for.
    public static X509Bundle selfSigned(UnaryOperator<CertificateBuilder> details) {
        return built(() -> details.apply(new CertificateBuilder().ecp256()).setIsCertificateAuthority(true).buildSelfSigned());
    }

    /// The authority's own certificate.
    public X509Certificate certificate() {
        return authority.getCertificate();
    }

    /// The same as text.
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

    /// Trusts the authority and shows a certificate whomever the server asks for.
    public SSLContext insistingOn(X509Bundle client) {
        return built(() -> {
            KeyStore trusted = empty();
            trusted.setCertificateEntry("authority", authority.getCertificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[]{new Insisting(client)}, trust.getTrustManagers(), new SecureRandom());
            return context;
        });
    }

    /// Shows its certificate also to servers that name other authorities.
    private static final class Insisting extends X509ExtendedKeyManager {

        private final X509Bundle own;

        Insisting(X509Bundle own) {
            this.own = own;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[]{"own"};
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            return "own";
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return own.getCertificatePath();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return own.getKeyPair().getPrivate();
        }
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
