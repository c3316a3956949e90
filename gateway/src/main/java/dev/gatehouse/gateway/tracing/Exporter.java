package dev.gatehouse.gateway.tracing;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;

import dev.gatehouse.gateway.settings.TracingSettings;

/// Sends spans to the endpoint: in batches, from a thread of its own. While the endpoint is away spans are dropped, never waited for.
final class Exporter {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int MOST_WAITING = 4_096;
    private static final int BATCH = 512;
    // Paths come from requests and may be long.
    private static final int LONGEST_VALUE = 512;

    private Exporter() {}

    static SdkTracerProvider to(URI endpoint, TracingSettings settings, GivenIds ids) {
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder().setEndpoint(endpoint.toString())
                .setTimeout(DEADLINE).setConnectTimeout(DEADLINE).setCompression("gzip");
        settings.headers().forEach((name, value) -> exporter.addHeader(name, new String(value.reveal(), StandardCharsets.UTF_8)));
        return SdkTracerProvider.builder()
                .setIdGenerator(ids)
                .setSampler(Sampler.alwaysOn()) // what is not sampled does not come this far
                .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(LONGEST_VALUE).build())
                .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), settings.service(),
                        AttributeKey.stringKey("service.instance.id"), UUID.randomUUID().toString())))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter.build()).setScheduleDelay(EVERY)
                        .setExporterTimeout(DEADLINE).setMaxQueueSize(MOST_WAITING).setMaxExportBatchSize(BATCH).build())
                .build();
    }
}
