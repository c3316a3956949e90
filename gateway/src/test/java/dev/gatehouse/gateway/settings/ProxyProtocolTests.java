package dev.gatehouse.gateway.settings;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProxyProtocolTests {

    private static final String NAME = "GATEHOUSE_PROXY_PROTOCOL";

    @Test
    void isOffUnlessAskedFor() {
        assertThat(GatewaySettings.read(_ -> null).connections().proxyProtocol()).isFalse();
        assertThat(read(Map.of(NAME, "off")).connections().proxyProtocol()).isFalse();
    }

    @Test
    void isRequiredOfSomebody() {
        assertThat(read(Map.of(NAME, "required", "GATEHOUSE_TRUSTED_PROXIES", "10.0.0.0/8")).connections().proxyProtocol())
                .isTrue();
        assertThatThrownBy(() -> read(Map.of(NAME, "required"))).isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(
                        "GATEHOUSE_PROXY_PROTOCOL: required, but nobody may speak it (expected: GATEHOUSE_TRUSTED_PROXIES");
    }

    @Test
    void isNothingBetween() {
        assertThatThrownBy(() -> read(Map.of(NAME, "auto"))).isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("GATEHOUSE_PROXY_PROTOCOL: auto (expected: off or required)");
    }

    private static GatewaySettings read(Map<String, String> environment) {
        return GatewaySettings.read(environment::get);
    }
}
