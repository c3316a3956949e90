package dev.gatehouse.gateway.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

import org.springframework.boot.ssl.pem.PemContent;

/// A certificate, those that vouch for it, and the key that belongs to it. Immutable.
///
/// @param chain its own certificate first
/// @param key signs what that certificate verifies
record Identity(List<X509Certificate> chain, PrivateKey key) {

    private static final byte[] PROBE = {1, 2, 3, 4};

    Identity {
        chain = List.copyOf(chain);
    }

    /// @throws UnusablePem when there is no certificate, no key, or when they do not belong together
    static Identity of(PemFiles files) throws UnusablePem {
        return of("GATEHOUSE_TLS_CERTIFICATE", files.certificate(), "GATEHOUSE_TLS_KEY", files.key());
    }

    /// @param certificateName what the operator calls the certificate's file
    /// @param keyName what the operator calls the key's
    static Identity of(String certificateName, String certificate, String keyName, String key) throws UnusablePem {
        Identity identity = new Identity(certificates(certificateName, certificate), privateKey(keyName, key));
        if (!identity.belongsTogether()) {
            throw new UnusablePem(keyName + ": not the key of the certificate in " + certificateName);
        }
        return identity;
    }

    static List<X509Certificate> certificates(String setting, String pem) throws UnusablePem {
        try {
            List<X509Certificate> certificates = PemContent.of(pem).getCertificates();
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (RuntimeException _) {
            // Told below: messages of parsers may quote what they read.
        }
        throw new UnusablePem(setting + ": no certificates (expected: PEM, -----BEGIN CERTIFICATE-----)");
    }

    private static PrivateKey privateKey(String name, String pem) throws UnusablePem {
        try {
            PrivateKey key = PemContent.of(pem).getPrivateKey();
            if (key != null) {
                return key;
            }
        } catch (RuntimeException _) {
            // Told below, without a word of the key.
        }
        throw new UnusablePem(name + ": no private key (expected: PEM, not encrypted, -----BEGIN PRIVATE KEY-----)");
    }

    private boolean belongsTogether() {
        try {
            Signature signer = Signature.getInstance(algorithm());
            signer.initSign(key);
            signer.update(PROBE);
            Signature verifier = Signature.getInstance(algorithm());
            verifier.initVerify(chain.getFirst().getPublicKey());
            verifier.update(PROBE);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private String algorithm() {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm(); // EdDSA signs by its own name
        };
    }

    Instant expires() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    /// Nothing of the key.
    @Override
    public String toString() {
        return chain.getFirst().getSubjectX500Principal() + ", serial " + chain.getFirst().getSerialNumber().toString(16);
    }
}
