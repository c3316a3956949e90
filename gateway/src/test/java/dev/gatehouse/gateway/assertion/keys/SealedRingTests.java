package dev.gatehouse.gateway.assertion.keys;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.settings.Secret;

import static org.assertj.core.api.Assertions.assertThat;

/// What lies in Redis under GATEHOUSE_KEK.
class SealedRingTests {

    private static final KeyRing RING = KeyRing.of(AssertionKey.generate(), Instant.parse("2026-11-22T12:00:00.123Z"));
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SealedRing seal = new SealedRing(secret(1), RANDOM);

    private static Secret secret(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return Secret.of(bytes);
    }

    @Test
    void opensWhatItSealed() {
        assertThat(new SealedRing(secret(1), RANDOM).open(seal.seal(RING))).contains(RING);
    }

    @Test
    void opensNothingOfAnotherKey() {
        SealedRing other = new SealedRing(secret(2), RANDOM);

        assertThat(other.open(seal.seal(RING))).isEmpty();
        assertThat(other.id()).isNotEqualTo(seal.id());
    }

    @Test
    void opensNothingThatWasChanged() {
        byte[] sealed = Base64.getDecoder().decode(seal.seal(RING));
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThat(seal.open(Base64.getEncoder().encodeToString(changed))).as("byte " + i).isEmpty();
        }
        assertThat(seal.open("")).isEmpty();
        assertThat(seal.open("no base64!")).isEmpty();
    }

    @Test
    void neverSealsTheSameWayTwice() {
        assertThat(seal.seal(RING)).isNotEqualTo(seal.seal(RING));
    }

    @Test
    void showsNothing() {
        String key = RING.links().getFirst().key().getD().toString();

        assertThat(new String(Base64.getDecoder().decode(seal.seal(RING)), java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain(key).doesNotContain("links");
        assertThat(secret(1)).hasToString("***");
    }
}
