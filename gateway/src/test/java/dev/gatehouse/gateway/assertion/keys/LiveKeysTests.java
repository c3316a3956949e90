package dev.gatehouse.gateway.assertion.keys;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

import com.nimbusds.jose.jwk.ECKey;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// How keys are followed: a source that is slow, changes or fails.
class LiveKeysTests {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final ECKey ONE = AssertionKey.generate();
    private static final ECKey TWO = AssertionKey.generate();

    /// Answers a look when it is told what to.
    private static final class ToldKeys implements KeySource {

        private final SynchronousQueue<Object> answers = new SynchronousQueue<>();

        @Override
        public Keys known(Instant now) {
            return new Keys(ONE, List.of(ONE));
        }

        @Override
        public Keys look(Instant now) {
            try {
                if (answers.take() instanceof Keys keys) {
                    return keys;
                }
                throw new IllegalStateException("told to fail");
            } catch (InterruptedException ended) {
                throw new IllegalStateException(ended);
            }
        }

        @Override
        public Optional<String> rotate(Rotation how, Instant now) {
            return Optional.of("told to refuse");
        }

        @Override
        public Duration pause() {
            return Duration.ofMillis(1);
        }

        @Override
        public String trouble() {
            return "";
        }

        /// Two more looks: when the second begins, the first has had its effect.
        private void tell(Object answer) throws InterruptedException {
            for (int i = 0; i < 2; i++) {
                assertThat(answers.offer(answer, LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private final ToldKeys source = new ToldKeys();

    @Test
    void slowSourceDelaysTheStartByThePatienceOnly() throws Exception {
        try (LiveKeys keys = LiveKeys.follow(source, Optional.empty(), Clock.systemUTC(), Duration.ofMillis(10))) {
            assertThat(keys.now().kids()).containsExactly(ONE.getKeyID());
            source.tell(new Keys(TWO, List.of(TWO)));
            assertThat(keys.now().kids()).containsExactly(TWO.getKeyID());
        }
    }

    @Test
    void failureAltersNothingAndTheNextLookComes() throws Exception {
        try (LiveKeys keys = LiveKeys.follow(source, Optional.empty(), Clock.systemUTC(), Duration.ofMillis(10))) {
            source.tell("fail");
            assertThat(keys.now().signer().kid()).isEqualTo(ONE.getKeyID());
            source.tell(new Keys(TWO, List.of(ONE, TWO)));
            assertThat(keys.now().signer().kid()).isEqualTo(TWO.getKeyID());
        }
    }

    @Test
    void unchangedKeysKeepTheirSignerAndEtag() throws Exception {
        try (LiveKeys keys = LiveKeys.follow(source, Optional.empty(), Clock.systemUTC(), Duration.ofMillis(10))) {
            KeySnapshot before = keys.now();
            source.tell(new Keys(ONE, List.of(ONE)));
            assertThat(keys.now()).isSameAs(before);
            source.tell(new Keys(ONE, List.of(ONE, TWO)));
            assertThat(keys.now().signer()).isSameAs(before.signer());
            assertThat(keys.now().etag()).isNotEqualTo(before.etag());
        }
    }

    @Test
    void operatorsKeySignsWithoutWaitingForTheNextLook() {
        OwnKeys own = new OwnKeys(Instant.now());
        try (LiveKeys keys = LiveKeys.follow(own, Optional.empty(), Clock.systemUTC(), LONG)) {
            String old = keys.now().signer().kid();
            assertThat(keys.rotate(Rotation.AT_ONCE, LONG)).isEmpty();
            assertThat(keys.now().kids()).hasSize(1).doesNotContain(old);
            assertThat(keys.rotate(Rotation.STAGED, LONG)).isEmpty();
            assertThat(keys.now().kids()).hasSize(2);
            assertThat(keys.rotate(Rotation.STAGED, LONG)).contains(KeySource.ANNOUNCED);
        }
    }

    @Test
    void operatorWaitsNoLongerThanAllowed() {
        try (LiveKeys keys = LiveKeys.follow(source, Optional.empty(), Clock.systemUTC(), Duration.ofMillis(10))) {
            assertThat(keys.rotate(Rotation.AT_ONCE, Duration.ofMillis(10))).isPresent();
        }
    }

    @Test
    void showsNoPrivateHalf() {
        String secret = ONE.getD().toString();
        Keys keys = new Keys(ONE, List.of(ONE));

        assertThat(keys + " " + KeyRing.of(ONE, Instant.EPOCH)).doesNotContain(secret);
        assertThat(new String(KeySnapshot.of(keys, Optional.empty()).jwks(), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain(secret).doesNotContain("\"d\"");
    }
}
