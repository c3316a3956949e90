package dev.gatehouse.gateway.settings;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class UpstreamSettingsTests {

    @Test
    void areFiniteByThemselves() {
        assertThat(read(Map.of())).isEqualTo(new UpstreamSettings(Duration.ofSeconds(2), 500, 1_000, Duration.ofSeconds(2),
                Duration.ofSeconds(20), Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofSeconds(10)));
    }

    @Test
    void areWhatTheOperatorSays() {
        assertThat(read(Map.of("GATEHOUSE_UPSTREAM_CONNECT_TIMEOUT", "500ms", "GATEHOUSE_UPSTREAM_CONNECTIONS", "10",
                "GATEHOUSE_UPSTREAM_QUEUE", "5", "GATEHOUSE_UPSTREAM_QUEUE_TIMEOUT", "100ms",
                "GATEHOUSE_UPSTREAM_IDLE_TIMEOUT", "4s", "GATEHOUSE_UPSTREAM_PAUSE", "20m",
                "GATEHOUSE_DNS_TTL", "1m", "GATEHOUSE_DISCOVERY_EVERY", "3s")))
                .isEqualTo(new UpstreamSettings(Duration.ofMillis(500), 10, 5, Duration.ofMillis(100), Duration.ofSeconds(4),
                        Duration.ofMinutes(20), Duration.ofMinutes(1), Duration.ofSeconds(3)));
    }

    @Test
    void areNeverInfinite() {
        assertThatThrownBy(() -> read(Map.of("GATEHOUSE_UPSTREAM_CONNECT_TIMEOUT", "0s", "GATEHOUSE_UPSTREAM_QUEUE", "0")))
                .isInstanceOf(InvalidSettingsException.class).hasMessageContaining("GATEHOUSE_UPSTREAM_CONNECT_TIMEOUT: 0s")
                .hasMessageContaining("GATEHOUSE_UPSTREAM_QUEUE: 0");
    }

    private static UpstreamSettings read(Map<String, String> environment) {
        return GatewaySettings.read(environment::get).upstreams();
    }
}
