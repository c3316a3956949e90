package dev.gatehouse.gateway.assertion.keys;

import java.security.Provider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.authentication.FastestProvider;

import static org.assertj.core.api.Assertions.assertThat;

/// One key, by which many sign at once.
class SigningKeyTests {

    private static final int THREADS = 8;
    private static final int ROUNDS = 50;

    private final ECKey pair = AssertionKey.generate();

    static Stream<Optional<Provider>> signsForManyAtOnce() {
        return Stream.of(Optional.empty(), FastestProvider.find());
    }

    @ParameterizedTest
    @MethodSource
    void signsForManyAtOnce(Optional<Provider> provider) throws Exception {
        SigningKey key = SigningKey.of(pair, provider);
        JWSVerifier verifier = new ECDSAVerifier(pair.toPublicJWK());
        List<Callable<List<String>>> work = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            work.add(() -> sign(key, thread));
        }

        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<List<String>>> answers = threads.invokeAll(work);
            for (int thread = 0; thread < THREADS; thread++) {
                List<String> tokens = answers.get(thread).get();
                for (int round = 0; round < ROUNDS; round++) {
                    JWSObject token = JWSObject.parse(tokens.get(round));
                    assertThat(token.verify(verifier)).isTrue();
                    assertThat(token.getPayload().toString()).isEqualTo(payload(thread, round));
                    assertThat(tokens.get(round)).hasSize(key.length(payload(thread, round)));
                }
            }
        }
    }

    static Stream<Optional<Provider>> noTwoSignaturesShareTheirRandomness() {
        return signsForManyAtOnce();
    }

    /// Two signatures with the same random number would tell the key.
    @ParameterizedTest
    @MethodSource
    void noTwoSignaturesShareTheirRandomness(Optional<Provider> provider) throws Exception {
        SigningKey key = SigningKey.of(pair, provider);
        Set<String> halves = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] signature = JWSObject.parse(key.sign("{}")).getSignature().decode();
            halves.add(HexFormat.of().formatHex(signature, 0, 32));
        }
        assertThat(halves).hasSize(ROUNDS);
    }

    private static List<String> sign(SigningKey key, int thread) {
        List<String> tokens = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            tokens.add(key.sign(payload(thread, round)));
        }
        return tokens;
    }

    private static String payload(int thread, int round) {
        return "{\"sub\":\"" + thread + "-" + "x".repeat(round) + "\"}";
    }
}
