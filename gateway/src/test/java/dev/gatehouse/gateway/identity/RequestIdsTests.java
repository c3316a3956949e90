package dev.gatehouse.gateway.identity;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RequestIdsTests {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

    @ParameterizedTest
    @ValueSource(strings = {"0", "9", "A", "Z", "a", "z", "-", ".", "_", "~", ":", "/", "+", "=", "@", "b7ad-6b71:69/20=="})
    void keepsAnIdOfAnyUsualForm(String id) {
        assertThat(settled(id)).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", ";", "<", "?", "[", "\\", "`", "{", "!", "\"", "%", "\u007f", "\u00e9", "\u0661", "a\n",
            "a b"})
    void writesItsOwnForAnyOther(String id) {
        assertThat(settled(id)).hasSize(26);
    }

    @Test
    void keepsAtMost128Characters() {
        assertThat(settled("a".repeat(128))).hasSize(128);
        assertThat(settled("a".repeat(129))).hasSize(26);
    }

    @Test
    void ownIdsSortByTime() {
        String now = RequestIds.settle(List.of(), false, CLOCK, () -> -1);
        String next = RequestIds.settle(List.of(), false, Clock.offset(CLOCK, java.time.Duration.ofMillis(1)), () -> 0);

        assertThat(now).isLessThan(next).matches("[0-9a-hjkmnp-tv-z]{10}z{16}");
    }

    private static String settled(String id) {
        return RequestIds.settle(List.of(id), true, CLOCK, () -> 0);
    }
}
