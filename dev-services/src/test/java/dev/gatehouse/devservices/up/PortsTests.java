package dev.gatehouse.devservices.up;

import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.ServiceStartException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PortsTests {

    @Test
    void presetsAreTheProductsPorts() {
        assertThat(Ports.from(Map.of()).numbers()).containsEntry(Port.GATEWAY, 8080).containsEntry(Port.GATEWAY_MANAGEMENT, 9080)
                .containsEntry(Port.AUTH, 8081).containsEntry(Port.AUTH_MANAGEMENT, 9081).containsEntry(Port.BACKEND, 8082);
    }

    @Test
    void environmentMovesPort() {
        assertThat(Ports.from(Map.of("GATEHOUSE_PORT", "18080")).of(Port.GATEWAY)).isEqualTo(18080);
    }

    @Test
    void reportsAllWrongPortsAtOnce() {
        assertThatThrownBy(() -> Ports.from(Map.of("GATEHOUSE_PORT", "http", "BACKEND_PORT", "65536")))
                .isInstanceOf(ServiceStartException.class).hasMessage(
                        "GATEHOUSE_PORT: http (expected: a port, 1 to 65535); BACKEND_PORT: 65536 (expected: a port, 1 to 65535)");
    }
}
