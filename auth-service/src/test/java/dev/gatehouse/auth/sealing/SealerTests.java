package dev.gatehouse.auth.sealing;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.settings.Secret;

import static org.assertj.core.api.Assertions.assertThat;

final class SealerTests {

    private static final byte[] PLAIN = "a private key".getBytes(StandardCharsets.UTF_8);

    private final Sealer sealer = new Sealer(Secret.of(new byte[32]), new SecureRandom());

    @Test
    void opensWhatItSealed() {
        assertThat(sealer.open(sealer.seal(PLAIN, "session:1"), "session:1")).hasValue(PLAIN);
    }

    @Test
    void hidesThePlainAndRepeatsNothing() {
        byte[] sealed = sealer.seal(PLAIN, "session:1");

        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("private");
        assertThat(sealer.seal(PLAIN, "session:1")).isNotEqualTo(sealed);
    }

    @Test
    void opensForNoOtherPurpose() {
        assertThat(sealer.open(sealer.seal(PLAIN, "session:1"), "session:2")).isEmpty();
    }

    @Test
    void opensWithNoOtherKey() {
        byte[] key = new byte[32];
        key[31] = 1;

        assertThat(new Sealer(Secret.of(key), new SecureRandom()).open(sealer.seal(PLAIN, "x"), "x")).isEmpty();
    }

    @Test
    void opensNothingThatWasChanged() {
        byte[] sealed = sealer.seal(PLAIN, "x");
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThat(sealer.open(changed, "x")).as("byte %d", i).isEmpty();
        }
        assertThat(sealer.open(new byte[0], "x")).isEmpty();
    }
}
