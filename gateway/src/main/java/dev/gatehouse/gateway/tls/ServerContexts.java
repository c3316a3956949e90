package dev.gatehouse.gateway.tls;

import java.util.List;
import javax.net.ssl.SSLException;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;

/// What the gateway speaks as a server: TLS 1.3 and 1.2, with forward secrecy and authenticated encryption only (RFC 9325 §4.2; RFC 9113 §9.2). Stateless.
final class ServerContexts {

    static final List<String> CIPHERS = List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    // Sessions that may be resumed, and for how many seconds.
    private static final int SESSIONS = 20_000;
    private static final int SESSION_SECONDS = 3_600;

    private static final ApplicationProtocolConfig BOTH = offering(ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);
    private static final ApplicationProtocolConfig ONE = offering(ApplicationProtocolNames.HTTP_1_1);

    private ServerContexts() {}

    /// RFC 7301; who knows nothing of it speaks HTTP/1.1.
    static ApplicationProtocolConfig offering(String... protocols) {
        return new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, protocols);
    }

    /// @param http2 whether clients may choose HTTP/2
    /// @throws UnusablePem when the library does not take the certificate or the key
    static SslContext of(Serving serving, boolean http2) throws UnusablePem {
        Identity identity = serving.identity();
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain()).sslProvider(provider())
                    .protocols("TLSv1.3", "TLSv1.2").ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(http2 ? BOTH : ONE).sessionCacheSize(SESSIONS).sessionTimeout(SESSION_SECONDS);
            serving.clients().ifPresent(authorities -> builder.clientAuth(ClientAuth.OPTIONAL)
                    .trustManager(new EveryCertificate(authorities.roots())));
            return builder.build();
        } catch (SSLException | RuntimeException refused) {
            throw new UnusablePem("GATEHOUSE_TLS_CERTIFICATE: cannot be served, " + refused.getClass().getSimpleName());
        }
    }

    /// The native library where it is there for this machine, else the JDK's.
    static SslProvider provider() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    }
}
