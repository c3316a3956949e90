package dev.gatehouse.gateway.settings;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LimiterDeadlineTests {

    @Test
    void isTwentyMillisecondsByItself() {
        assertThat(GatewaySettings.read(_ -> null).limiterDeadline()).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void isWhatTheOperatorSays() {
        assertThat(read("100ms").limiterDeadline()).isEqualTo(Duration.ofMillis(100));
        assertThat(read("1s").limiterDeadline()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4ms", "2s", "20", "none"})
    void isNeitherTooShortNorTooLong(String deadline) {
        assertThatThrownBy(() -> read(deadline)).isInstanceOf(InvalidSettingsException.class).hasMessageContaining(
                "GATEHOUSE_LIMITER_DEADLINE: " + deadline + " (expected: a time from 5ms to 1000ms, such as 20ms)");
    }

    private static GatewaySettings read(String deadline) {
        return GatewaySettings.read(Map.of("GATEHOUSE_LIMITER_DEADLINE", deadline)::get);
    }
}
