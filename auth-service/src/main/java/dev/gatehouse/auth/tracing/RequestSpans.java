package dev.gatehouse.auth.tracing;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.auth.request.RequestObserver;
import dev.gatehouse.auth.settings.Settings;

/// Tells of requests as spans, below the one of the gateway whose `traceparent` came with them, and only if that is recorded (W3C Trace Context); with the
/// names that OpenTelemetry's conventions for HTTP give. Sends them in batches from a thread of its own; while the endpoint is away they are dropped.
/// Thread-safe, never blocks.
final class RequestSpans implements RequestObserver, AutoCloseable {

    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("gatehouse.request_id");
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int MOST_WAITING = 4_096;
    private static final int BATCH = 512;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final Clock clock;
    private final Duration lastWords;

    private RequestSpans(SdkTracerProvider provider, Clock clock, Duration lastWords) {
        this.provider = provider;
        this.tracer = provider.get("dev.gatehouse.auth");
        this.clock = clock;
        this.lastWords = lastWords;
    }

    static RequestSpans to(Settings.Tracing settings, Clock clock) {
        return to(settings, clock, LAST_WORDS);
    }

    static RequestSpans to(Settings.Tracing settings, Clock clock, Duration lastWords) {
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(settings.endpoint().orElseThrow().toString())
                .setTimeout(DEADLINE).setConnectTimeout(DEADLINE).setCompression("gzip");
        settings.headers().forEach((name, value) -> exporter.addHeader(name, new String(value.reveal(), StandardCharsets.UTF_8)));
        return new RequestSpans(SdkTracerProvider.builder()
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.share())))
                .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), settings.service(),
                        AttributeKey.stringKey("service.instance.id"), UUID.randomUUID().toString())))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter.build()).setScheduleDelay(EVERY)
                        .setExporterTimeout(DEADLINE).setMaxQueueSize(MOST_WAITING).setMaxExportBatchSize(BATCH).build())
                .build(), clock, lastWords);
    }

    @Override
    public void ended(Served served) {
        Instant now = clock.instant();
        SpanBuilder builder = tracer
                .spanBuilder(served.route().map(route -> served.method() + " " + route).orElse(served.method()))
                .setSpanKind(SpanKind.SERVER).setParent(above(served))
                .setStartTimestamp(now.minus(served.took()))
                .setAttribute(METHOD, served.method())
                .setAttribute(STATUS, (long) served.status())
                .setAttribute(CLIENT, served.origin().address())
                .setAttribute(REQUEST_ID, served.origin().requestId());
        served.route().ifPresent(route -> builder.setAttribute(ROUTE, route));
        served.code().ifPresent(code -> builder.setAttribute(ERROR, code));
        Span span = builder.startSpan();
        if (served.status() >= 500) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end(now);
    }

    /// Sends what is left, within two seconds.
    @Override
    public void close() {
        provider.shutdown().join(lastWords.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Context above(Served served) {
        return served.origin().traceparent()
                .map(traceparent -> W3CTraceContextPropagator.getInstance().extract(Context.root(),
                        Map.of("traceparent", traceparent),
                        Fields.NAMES))
                .orElse(Context.root());
    }

    private enum Fields implements TextMapGetter<Map<String, String>> {
        NAMES;

        @Override
        public Iterable<String> keys(Map<String, String> fields) {
            return fields.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> fields, String name) {
            return fields == null ? null : fields.get(name);
        }
    }
}
