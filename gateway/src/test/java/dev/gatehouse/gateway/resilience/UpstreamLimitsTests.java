package dev.gatehouse.gateway.resilience;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class UpstreamLimitsTests {

    private static UpstreamLimits with(Duration connectTimeout, int maxConnections) {
        return new UpstreamLimits(connectTimeout, maxConnections, 1, Duration.ofSeconds(1), Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1), Duration.ofSeconds(1), 1024);
    }

    @Test
    void closesIdleConnectionsBeforeCommonServersDo() {
        assertThat(UpstreamLimits.DEFAULT.maxIdle()).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void refusesToConnectForever() {
        assertThatIllegalArgumentException().isThrownBy(() -> with(Duration.ZERO, 1))
                .withMessage("connectTimeout: PT0S (expected: > 0)");
    }

    @Test
    void refusesAPoolOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> with(Duration.ofSeconds(1), 0))
                .withMessage("maxConnections: 0 (expected: >= 1)");
    }
}
