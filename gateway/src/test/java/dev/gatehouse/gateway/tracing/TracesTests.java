package dev.gatehouse.gateway.tracing;

import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.identity.SpanPolicy;
import dev.gatehouse.gateway.settings.GatewaySettings;

import static org.assertj.core.api.Assertions.assertThat;

class TracesTests {

    private static Traces traces(Map<String, String> environment) {
        return Traces.of(GatewaySettings.read(environment::get).tracing());
    }

    /// No exporter and none of its threads, no id that is made, nothing that is kept of a request.
    @Test
    void costNothingWithoutAnEndpoint() {
        Traces none = traces(Map.of());
        assertThat(none).isInstanceOf(Traces.Off.class);
        assertThat(none.policy()).isEqualTo(SpanPolicy.NONE);
    }

    @Test
    void beginWithAnEndpoint() {
        try (Traces some = traces(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"))) {
            assertThat(some).isInstanceOf(Traces.On.class);
        }
    }
}
