package dev.gatehouse.gateway.settings;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Where spans go, in OpenTelemetry's own variables. Immutable; its text never shows a header's value.
///
/// @param endpoint takes OTLP over HTTP (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, or `OTEL_EXPORTER_OTLP_ENDPOINT` and `/v1/traces`); empty: there are no
/// spans
/// @param headers that the endpoint asks for (`OTEL_EXPORTER_OTLP_HEADERS`), with secret values
/// @param share of the traces that begin here that are recorded (`OTEL_TRACES_SAMPLER_ARG`), 0 to 1
/// @param service what the gateway is called in traces (`OTEL_SERVICE_NAME`)
public record TracingSettings(Optional<URI> endpoint, Map<String, Secret> headers, double share, String service) {

    private static final String PROTOCOL = "http/protobuf";

    /// Copies the headers.
    public TracingSettings {
        headers = Map.copyOf(headers);
    }

    static TracingSettings read(SettingsReader reader) {
        Optional<URI> own = reader.httpUrl("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
        Optional<URI> all = reader.httpUrl("OTEL_EXPORTER_OTLP_ENDPOINT")
                .map(base -> URI.create(base.toString().replaceFirst("/+$", "") + "/v1/traces"));
        String protocol = reader.text("OTEL_EXPORTER_OTLP_PROTOCOL", PROTOCOL);
        Optional<URI> endpoint = own.or(() -> all);
        if (endpoint.isPresent() && !protocol.equals(PROTOCOL)) {
            reader.refuse("OTEL_EXPORTER_OTLP_PROTOCOL: " + protocol + " (expected: " + PROTOCOL + ")");
        }
        return new TracingSettings(endpoint, headers(reader), reader.share("OTEL_TRACES_SAMPLER_ARG"),
                reader.text("OTEL_SERVICE_NAME", "gatehouse"));
    }

    private static Map<String, Secret> headers(SettingsReader reader) {
        Map<String, Secret> headers = new LinkedHashMap<>();
        for (String field : reader.list("OTEL_EXPORTER_OTLP_HEADERS")) {
            int equals = field.indexOf('=');
            if (equals < 1) {
                reader.refuse("OTEL_EXPORTER_OTLP_HEADERS: a field without a value (expected: name=value, commas between)");
                return Map.of();
            }
            headers.put(field.substring(0, equals).strip(),
                    Secret.of(field.substring(equals + 1).strip().getBytes(StandardCharsets.UTF_8)));
        }
        return headers;
    }
}
