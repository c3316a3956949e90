package dev.gatehouse.auth.keys;

import java.security.Provider;
import java.util.Optional;

import com.nimbusds.jose.jca.JCAAware;
import com.nimbusds.jose.jca.JCAContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The fastest way to sign and check on this machine. Amazon Corretto Crypto Provider does ES256 several times as fast as the JDK; its native part exists
/// for some platforms only, so it is looked for by name and done without where it is missing. Thread-safe.
final class SignatureProvider {

    private static final Logger LOG = LoggerFactory.getLogger(SignatureProvider.class);
    private static final String CORRETTO = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
    private static final Optional<Provider> FASTEST = fastest();

    private SignatureProvider() {}

    /// {@return the same, which uses it from now on}
    ///
    /// @param worker signs or verifies
    /// @param <T> what it is
    static <T extends JCAAware<? extends JCAContext>> T with(T worker) {
        FASTEST.ifPresent(worker.getJCAContext()::setProvider);
        return worker;
    }

    private static Optional<Provider> fastest() {
        try {
            Provider provider = (Provider) Class.forName(CORRETTO).getField("INSTANCE").get(null);
            if (provider.getService("Signature", "SHA256withECDSA") != null
                    && provider.getService("Signature", "SHA256withRSA") != null) {
                return Optional.of(provider);
            }
            LOG.info("Tokens are signed by the JDK: the Corretto provider has no native part for this machine");
        } catch (ReflectiveOperationException | RuntimeException | LinkageError unavailable) {
            LOG.atInfo().addKeyValue("reason", unavailable.getClass().getSimpleName()).log("Tokens are signed by the JDK");
        }
        return Optional.empty();
    }
}
