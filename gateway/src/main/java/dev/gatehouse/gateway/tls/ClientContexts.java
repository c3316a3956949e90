package dev.gatehouse.gateway.tls;

import javax.net.ssl.SSLException;

import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;

/// What the gateway speaks as a client of upstreams: TLS 1.3 and 1.2, the name of the host always verified, and a certificate of its own where there is
/// one. Stateless.
final class ClientContexts {

    private ClientContexts() {}

    /// @param ca PEM of those who vouch for servers; empty: those whom the machine trusts
    /// @param certificate PEM of what the gateway shows; empty: nothing
    /// @param http2 whether to speak HTTP/2 and nothing else
    /// @throws UnusablePem when one of them cannot be used
    static SslContext of(String ca, String certificate, String key, boolean http2) throws UnusablePem {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(ServerContexts.provider())
                .protocols("TLSv1.3", "TLSv1.2").ciphers(ServerContexts.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .endpointIdentificationAlgorithm("HTTPS").applicationProtocolConfig(
                        ServerContexts.offering(http2 ? ApplicationProtocolNames.HTTP_2 : ApplicationProtocolNames.HTTP_1_1));
        if (!ca.isEmpty()) {
            builder.trustManager(Identity.certificates("ca", ca));
        }
        if (!certificate.isEmpty()) {
            Identity own = Identity.of("certificate", certificate, "key", key);
            builder.keyManager(own.key(), own.chain());
        }
        try {
            return builder.build();
        } catch (SSLException | RuntimeException refused) {
            throw new UnusablePem("tls: cannot be used, " + refused.getClass().getSimpleName());
        }
    }
}
