package dev.gatehouse.gateway.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Lets every client finish its handshake, whatever certificate it shows: the one handshake serves all routes, and most of them ask for none. The
/// handshake proves that the client holds the key; `certificate.Authorities` judges the certificate itself, request by request, so that a refusal is an
/// answer and one authority less counts for connections that are open. Vouches for no server. Thread-safe.
final class EveryCertificate extends X509ExtendedTrustManager {

    private final List<X509Certificate> authorities;

    /// @param authorities whose names clients are told, so that browsers which have nothing of theirs ask nobody
    EveryCertificate(List<X509Certificate> authorities) {
        this.authorities = List.copyOf(authorities);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(X509Certificate[]::new);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        // judged later
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
        // judged later
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        // judged later
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("for clients only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        throw new CertificateException("for clients only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        throw new CertificateException("for clients only");
    }
}
