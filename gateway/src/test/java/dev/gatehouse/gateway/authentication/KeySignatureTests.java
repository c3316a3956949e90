package dev.gatehouse.gateway.authentication;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.InvalidParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// Asks a provider whose signature is the input itself, and which remembers more than it should of what did not go well.
class KeySignatureTests {

    private static final byte[] INPUT = "input".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OTHER = "other".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BROKEN = {};

    private static KeyPair pair;

    private int made;
    private Callable<Boolean> meanwhile = () -> true;
    private boolean fails;
    private final Optional<Provider> provider = Optional.of(new Forgetful());

    @BeforeAll
    static void makeKeys() throws Exception {
        pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
    }

    private KeySignature verifying() {
        return KeySignature.verifying("Echo", pair.getPublic(), provider);
    }

    private KeySignature signing() {
        return KeySignature.signing("Echo", pair.getPrivate(), provider, new SecureRandom());
    }

    @Test
    void keepsOneForTheNextVerification() throws Exception {
        KeySignature key = verifying();

        assertThat(key.verify(INPUT, INPUT)).isTrue();
        assertThat(key.verify(OTHER, OTHER)).isTrue();
        assertThat(made).isEqualTo(1);
    }

    @Test
    void badSignatureLeavesNothingBehind() throws Exception {
        KeySignature key = verifying();

        assertThat(key.verify(INPUT, INPUT)).isTrue();
        assertThat(key.verify(INPUT, OTHER)).isFalse();
        assertThat(key.verify(INPUT, INPUT)).isTrue();
    }

    @Test
    void failedVerificationLeavesNothingBehind() throws Exception {
        KeySignature key = verifying();

        assertThat(key.verify(INPUT, INPUT)).isTrue();
        assertThatThrownBy(() -> key.verify(INPUT, BROKEN)).isInstanceOf(SignatureException.class);
        assertThat(key.verify(INPUT, INPUT)).isTrue();
    }

    @Test
    void verificationIsOfOneOwnerAtATime() throws Exception {
        KeySignature key = verifying();
        assertThat(key.verify(INPUT, INPUT)).isTrue();
        meanwhile = () -> key.verify(OTHER, OTHER) && !key.verify(OTHER, INPUT) && key.verify(OTHER, OTHER);

        assertThat(key.verify(INPUT, INPUT)).isTrue();
        assertThat(made).as("one for the verification, one for those in its middle, and one behind the bad one").isEqualTo(3);
    }

    @Test
    void keepsOneForTheNextSigning() throws Exception {
        KeySignature key = signing();

        assertThat(key.sign(INPUT, 3)).isEqualTo(Arrays.copyOf(INPUT, 3));
        assertThat(key.sign(OTHER, OTHER.length)).isEqualTo(OTHER);
        assertThat(made).isEqualTo(1);
    }

    @Test
    void failedSigningLeavesNothingBehind() throws Exception {
        KeySignature key = signing();
        assertThat(key.sign(INPUT, INPUT.length)).isEqualTo(INPUT);

        fails = true;
        assertThatThrownBy(() -> key.sign(INPUT, INPUT.length)).isInstanceOf(SignatureException.class);
        fails = false;

        assertThat(key.sign(OTHER, OTHER.length)).isEqualTo(OTHER);
    }

    @Test
    void signingIsOfOneOwnerAtATime() throws Exception {
        KeySignature key = signing();
        assertThat(key.sign(INPUT, INPUT.length)).isEqualTo(INPUT);
        meanwhile = () -> Arrays.equals(key.sign(OTHER, OTHER.length), OTHER);

        assertThat(key.sign(INPUT, INPUT.length)).isEqualTo(INPUT);
        assertThat(made).isEqualTo(2);
    }

    private final class Forgetful extends Provider {

        private static final long serialVersionUID = 1L;

        Forgetful() {
            super("Forgetful", "1", "for tests");
            putService(new Service(this, "Signature", "Echo", Echo.class.getName(), null, null) {
                @Override
                public Object newInstance(Object parameter) {
                    made++;
                    return new Echo();
                }
            });
        }
    }

    private final class Echo extends SignatureSpi {

        private final ByteArrayOutputStream input = new ByteArrayOutputStream();

        @Override
        protected void engineInitVerify(PublicKey key) {
            input.reset();
        }

        @Override
        protected void engineInitSign(PrivateKey key) {
            input.reset();
        }

        @Override
        protected void engineUpdate(byte octet) {
            input.write(octet);
        }

        @Override
        protected void engineUpdate(byte[] octets, int from, int length) {
            input.write(octets, from, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            letOthersWork();
            if (fails) {
                throw new SignatureException("broken");
            }
            byte[] signature = input.toByteArray();
            input.reset();
            return signature;
        }

        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            letOthersWork();
            if (signature.length == 0) {
                throw new SignatureException("broken");
            }
            boolean good = Arrays.equals(input.toByteArray(), signature);
            if (good) {
                input.reset();
            }
            return good;
        }

        private void letOthersWork() throws SignatureException {
            Callable<Boolean> once = meanwhile;
            meanwhile = () -> true;
            try {
                if (!once.call()) {
                    throw new SignatureException("the others' work went wrong");
                }
            } catch (Exception failure) {
                throw new SignatureException(failure);
            }
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new InvalidParameterException(name);
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new InvalidParameterException(name);
        }
    }
}
