package dev.gatehouse.auth.session;

import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class RefreshTokenTests {

    private static final UUID SESSION = UUID.fromString("01890000-0000-7000-8000-000000000001");
    private static final byte[] KEY = new byte[32];

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 300, 16_384, 1L << 40, Long.MAX_VALUE})
    void comesBackAsItWent(long counter) {
        RefreshToken back = RefreshToken.parse(RefreshToken.mint(SESSION, counter, KEY).text()).orElseThrow();

        assertThat(back.sessionId()).isEqualTo(SESSION);
        assertThat(back.counter()).isEqualTo(counter);
        assertThat(back.isGenuine(KEY)).isTrue();
    }

    @Test
    void isTheSameEveryTime() {
        assertThat(RefreshToken.mint(SESSION, 7, KEY).text()).isEqualTo(RefreshToken.mint(SESSION, 7, KEY).text())
                .startsWith("rt1_");
    }

    @Test
    void isNotGenuineUnderAnotherKey() {
        byte[] other = KEY.clone();
        other[0] = 1;

        assertThat(RefreshToken.mint(SESSION, 7, other).isGenuine(KEY)).isFalse();
    }

    @Test
    void isRefusedAfterAnySingleChange() {
        String text = RefreshToken.mint(SESSION, 7, KEY).text();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            String changed = text.substring(0, i) + other + text.substring(i + 1);
            assertThat(RefreshToken.parse(changed)).as("letter %d", i).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rt1_", "rt1_AA", "rt2_AAAA", "nonsense", "rt1_====", "rt1_ä"})
    void refusesWhatCannotBeOne(String text) {
        assertThat(RefreshToken.parse(text)).isEmpty();
        assertThat(RefreshToken.parse("rt1_" + "A".repeat(500))).isEmpty();
    }

    @Test
    void hidesItself() {
        assertThat(RefreshToken.mint(SESSION, 7, KEY)).hasToString("rt1_***");
    }
}
