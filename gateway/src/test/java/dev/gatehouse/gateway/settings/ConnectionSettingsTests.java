package dev.gatehouse.gateway.settings;

import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionSettingsTests {

    @ParameterizedTest
    @CsvSource({"'', '', 5000", "300, '', 150", "1, '', 1", "300, 7, 7"})
    void givesOneAddressHalfUnlessToldOtherwise(String most, String own, int expected) {
        Map<String, String> environment = Map.of("GATEHOUSE_MAX_CONNECTIONS", most, "GATEHOUSE_MAX_CONNECTIONS_PER_ADDRESS", own);

        assertThat(GatewaySettings.read(environment::get).connections().addressConnections()).isEqualTo(expected);
    }
}
