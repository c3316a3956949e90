package dev.gatehouse.gateway.certificate;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

import dev.gatehouse.gateway.authentication.Caller;

/// Those who vouch for clients: a certificate counts when one of them has issued it, directly or through others that the client shows as well, when it
/// may be used by clients (RFC 5280 §4.2.1.12) and when it names somebody in one way only. All of them are believed alike, for every name. Immutable and
/// thread-safe; a judgement takes about a millisecond and does no I/O: nobody is asked whether a certificate was revoked.
public final class Authorities {

    // A chain is judged on an event loop; nobody has more than two certificates between a client and a root.
    private static final int LONGEST_CHAIN = 6;

    private final List<X509Certificate> roots;
    private final X509TrustManager trust;

    private Authorities(List<X509Certificate> roots, X509TrustManager trust) {
        this.roots = roots;
        this.trust = trust;
    }

    /// Believes these.
    ///
    /// @throws IllegalArgumentException when one of them may not vouch for others, or cannot be used at all
    public static Authorities of(List<X509Certificate> roots) {
        for (X509Certificate root : roots) {
            if (root.getBasicConstraints() < 0) {
                throw new IllegalArgumentException(
                        "a certificate that may not vouch for others (expected: those of authorities, which issue what clients show)");
            }
        }
        try {
            return new Authorities(List.copyOf(roots), trust(roots));
        } catch (GeneralSecurityException | IOException unusable) {
            throw new IllegalArgumentException("cannot be used, " + unusable.getClass().getSimpleName(), unusable);
        }
    }

    private static X509TrustManager trust(List<X509Certificate> roots) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < roots.size(); i++) {
            store.setCertificateEntry("authority" + i, roots.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager found) {
                return found;
            }
        }
        throw new CertificateException("no manager");
    }

    /// The authorities themselves, whose names a client is told so that it can choose.
    public List<X509Certificate> roots() {
        return roots;
    }

    /// Judges what a client showed, its own certificate first. TLS has proven already that it holds the key.
    ///
    /// @param now by which the certificate must be valid
    public Judgement judge(List<X509Certificate> chain, Instant now) {
        if (chain.isEmpty()) {
            return Judgement.NONE;
        }
        if (chain.size() > LONGEST_CHAIN) {
            return new Judgement.Refused("certificate: more than " + LONGEST_CHAIN + " in its chain");
        }
        X509Certificate own = chain.getFirst();
        try {
            trust.checkClientTrusted(chain.toArray(X509Certificate[]::new), own.getPublicKey().getAlgorithm());
        } catch (CertificateException | RuntimeException refused) {
            return new Judgement.Refused("certificate: not trusted, " + root(refused));
        }
        if (now.isBefore(own.getNotBefore().toInstant()) || !now.isBefore(own.getNotAfter().toInstant())) {
            return new Judgement.Refused("certificate: not within its time");
        }
        try {
            return new Judgement.Proven(caller(CertificateName.of(own), own));
        } catch (IllegalArgumentException ambiguous) {
            return new Judgement.Refused("certificate: " + ambiguous.getMessage());
        }
    }

    /// The kind of failure alone: messages quote the certificate.
    private static String root(Throwable refused) {
        Throwable cause = refused;
        for (int depth = 0; cause.getCause() != null && depth < 8; depth++) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName();
    }

    private static Caller.Authenticated caller(String name, X509Certificate own) {
        return new Caller.Authenticated(Caller.CERTIFICATE, name, List.of(), List.of(), own.getNotAfter().toInstant(),
                Map.of("sub", name));
    }
}
