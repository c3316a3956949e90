package dev.gatehouse.gateway.authentication.jose;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.authentication.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// One key, asked by many at once.
class VerificationKeyTests {

    private static final int THREADS = 8;
    private static final int ROUNDS = 20;
    private static final int INPUTS = 5;

    static Stream<Arguments> judgesForManyAtOnce() {
        Optional<Provider> fastest = SignatureProvider.fastest();
        return Stream.of("RS256", "PS256", "ES256", "EdDSA").flatMap(algorithm -> Stream
                .of(arguments(algorithm, Optional.empty()), arguments(algorithm, fastest)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource
    void judgesForManyAtOnce(String algorithm, Optional<Provider> provider) throws Exception {
        Signed signed = Signed.with(algorithm);
        VerificationKey key = VerificationKey.of(signed.key(), Set.of(algorithm), provider).orElseThrow();
        Callable<List<String>> work = () -> mistakes(key, algorithm, signed.signatures());

        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (Future<List<String>> mistakes : threads.invokeAll(Collections.nCopies(THREADS, work))) {
                assertThat(mistakes.get()).isEmpty();
            }
        }
    }

    /// Good signatures, another input's, one that is cut and one of which a bit is another, in turn.
    private static List<String> mistakes(VerificationKey key, String algorithm, List<byte[]> signatures) {
        List<String> mistakes = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            int i = round % INPUTS;
            byte[] good = signatures.get(i);
            byte[] changed = good.clone();
            changed[round % changed.length] ^= 1;
            expect(mistakes, true, key.verifies(algorithm, input(i), good), "good");
            expect(mistakes, false, key.verifies(algorithm, input(i), signatures.get((i + 1) % INPUTS)), "another input's");
            expect(mistakes, false, key.verifies(algorithm, input(i), changed), "changed");
            expect(mistakes, true, key.verifies(algorithm, input(i), good), "good behind a bad one");
            expect(mistakes, false, key.verifies(algorithm, input(i), Arrays.copyOf(good, good.length - 1)), "cut");
            expect(mistakes, true, key.verifies(algorithm, input(i), good), "good behind a cut one");
        }
        return mistakes;
    }

    private static void expect(List<String> mistakes, boolean expected, boolean found, String what) {
        if (expected != found) {
            mistakes.add(what);
        }
    }

    private static byte[] input(int i) {
        return ("header.claims-" + i).getBytes(StandardCharsets.US_ASCII);
    }

    private record Signed(JWK key, List<byte[]> signatures) {

        static Signed with(String algorithm) throws Exception {
            JWSAlgorithm name = JWSAlgorithm.parse(algorithm);
            if (algorithm.startsWith("Ed")) {
                return edwards();
            } else if (algorithm.startsWith("ES")) {
                ECKey key = TestKeys.ec("ec-1", Curve.forJWSAlgorithm(name).iterator().next());
                return new Signed(key, sign(name, new ECDSASigner(key)));
            }
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            return new Signed(new RSAKey.Builder((RSAPublicKey) pair.getPublic()).build(),
                    sign(name, new RSASSASigner(pair.getPrivate())));
        }

        private static List<byte[]> sign(JWSAlgorithm algorithm, JWSSigner signer) throws Exception {
            List<byte[]> signatures = new ArrayList<>();
            for (int i = 0; i < INPUTS; i++) {
                signatures.add(signer.sign(new JWSHeader(algorithm), input(i)).decode());
            }
            return signatures;
        }

        private static Signed edwards() throws Exception {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            List<byte[]> signatures = new ArrayList<>();
            for (int i = 0; i < INPUTS; i++) {
                Signature signer = Signature.getInstance("Ed25519");
                signer.initSign(pair.getPrivate());
                signer.update(input(i));
                signatures.add(signer.sign());
            }
            byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
            return new Signed(new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).build(), signatures);
        }
    }
}
