package dev.gatehouse.gateway.settings;

import java.net.URI;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TracingSettingsTests {

    private static TracingSettings read(Map<String, String> environment) {
        return GatewaySettings.read(environment::get).tracing();
    }

    @Test
    void sendNothingByThemselves() {
        assertThat(read(Map.of()).endpoint()).isEmpty();
    }

    @Test
    void preferTheEndpointForTraces() {
        assertThat(read(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                "https://traces/own")).endpoint()).contains(URI.create("https://traces/own"));
        assertThat(read(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318/")).endpoint())
                .contains(URI.create("http://all:4318/v1/traces"));
    }

    @Test
    void hideTheValuesOfHeaders() {
        TracingSettings settings = read(Map.of("OTEL_EXPORTER_OTLP_HEADERS", "X-Key=hush, X-Other=a=b"));
        assertThat(settings.headers()).containsOnlyKeys("X-Key", "X-Other");
        assertThat(settings.toString()).doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource({"OTEL_EXPORTER_OTLP_ENDPOINT, collector:4318", "OTEL_EXPORTER_OTLP_ENDPOINT, ftp://collector",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, http://user:hush@collector", "OTEL_EXPORTER_OTLP_HEADERS, hush",
            "OTEL_TRACES_SAMPLER_ARG, 1.5", "OTEL_TRACES_SAMPLER_ARG, NaN", "OTEL_TRACES_SAMPLER_ARG, half"})
    void areCheckedAtTheStart(String name, String value) {
        assertThatThrownBy(() -> read(Map.of(name, value))).isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(name).hasMessageNotContaining("hush");
    }

    @Test
    void refuseAProtocolThatIsNotSpoken() {
        assertThatThrownBy(
                () -> read(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4317", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("OTEL_EXPORTER_OTLP_PROTOCOL: grpc (expected: http/protobuf)");
    }
}
