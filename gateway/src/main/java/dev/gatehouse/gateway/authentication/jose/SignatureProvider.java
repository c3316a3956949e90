package dev.gatehouse.gateway.authentication.jose;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Signature;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the fastest way to check signatures on this machine. Amazon Corretto Crypto Provider checks ES256 about seven times as fast as the
/// JDK and RS256 twice as fast; its native part exists for some platforms only, so it is looked for by name, tried, and done without.
public final class SignatureProvider {

    private static final Logger LOG = LoggerFactory.getLogger(SignatureProvider.class);
    private static final String CORRETTO = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    private SignatureProvider() {}

    /// The provider to use; empty: the JDK's own. Takes some milliseconds.
    public static Optional<Provider> fastest() {
        try {
            Provider provider = (Provider) Class.forName(CORRETTO).getField("INSTANCE").get(null);
            if (provider != null && works(provider)) {
                return Optional.of(provider);
            }
            LOG.info("Signatures are checked by the JDK: the Corretto provider has no native part for this machine");
        } catch (ReflectiveOperationException | GeneralSecurityException | RuntimeException | LinkageError unavailable) {
            LOG.atInfo().addKeyValue("reason", unavailable.getClass().getSimpleName()).log("Signatures are checked by the JDK");
        }
        return Optional.empty();
    }

    private static boolean works(Provider provider) throws GeneralSecurityException {
        if (provider.getService("Signature", "SHA256withECDSA") == null
                || provider.getService("Signature", "SHA256withRSA") == null) {
            return false;
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update((byte) 7);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance("SHA256withECDSA", provider);
        verifier.initVerify(pair.getPublic());
        verifier.update((byte) 7);
        return verifier.verify(signature);
    }
}
