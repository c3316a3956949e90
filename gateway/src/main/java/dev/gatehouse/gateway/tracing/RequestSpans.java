package dev.gatehouse.gateway.tracing;

import java.net.URI;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;

import dev.gatehouse.gateway.identity.TraceContext;
import dev.gatehouse.gateway.observability.Served;
import dev.gatehouse.gateway.observability.Timing;

/// The spans of one request, with the names that OpenTelemetry's conventions for HTTP give. No query, token or user is in any of them. Thread-safe.
final class RequestSpans {

    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
    private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<Long> RESENT = AttributeKey.longKey("http.request.resend_count");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("gatehouse.route");
    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("gatehouse.request_id");
    // A method is any word that a client likes; a span's name is not.
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Tracer tracer;
    private final GivenIds ids;

    RequestSpans(Tracer tracer, GivenIds ids) {
        this.tracer = tracer;
        this.ids = ids;
    }

    void of(Served served) {
        Timing timing = served.timing();
        long began = nanos(served.time());
        Span request = request(served, began);
        Context within = Context.root().with(request);
        if (timing.authenticated() > 0) {
            step("authenticate", within, began, began + timing.authenticated(), refusal(served, "auth."));
        }
        if (timing.admitted() > 0) {
            step("limit", within, began + timing.authenticated(), began + timing.admitted(), refusal(served, "limit."));
        }
        if (timing.isSent()) {
            upstream(served, within, began);
        }
        request.end(began + timing.ended(), TimeUnit.NANOSECONDS);
    }

    private Span request(Served served, long began) {
        String known = METHODS.contains(served.method()) ? served.method() : "HTTP";
        ids.nextTrace(served.trace().traceId());
        Span span = begin(served.routeId().isEmpty() ? known : known + " " + served.routeId(), SpanKind.SERVER,
                above(served.trace()),
                began)
                .setAttribute(METHOD, METHODS.contains(served.method()) ? served.method() : "_OTHER")
                .setAttribute(PATH, served.path())
                .setAttribute(STATUS, (long) served.status())
                .setAttribute(CLIENT, served.clientAddress())
                .setAttribute(REQUEST_ID, served.requestId())
                .startSpan();
        if (!served.routeId().isEmpty()) {
            span.setAttribute(ROUTE, served.routeId());
        }
        if (!served.code().isEmpty()) {
            span.setAttribute(ERROR, served.code());
        }
        return served.status() >= 500 ? span.setStatus(StatusCode.ERROR) : span;
    }

    private static Context above(TraceContext trace) {
        return trace.parent().isEmpty()
                ? Context.root()
                : Context.root().with(Span.wrap(SpanContext.createFromRemoteParent(trace.traceId(), trace.parent(),
                        TraceFlags.getSampled(), TraceState.getDefault())));
    }

    private void upstream(Served served, Context within, long began) {
        Timing timing = served.timing();
        ids.nextSpan(served.trace().spanId());
        URI instance = URI.create(served.upstream());
        Span span = begin("upstream", SpanKind.CLIENT, within, began + timing.sent())
                .setAttribute(SERVER, instance.getHost()).startSpan();
        if (instance.getPort() > 0) {
            span.setAttribute(PORT, (long) instance.getPort());
        }
        if (served.attempts() > 1) {
            span.setAttribute(RESENT, served.attempts() - 1L);
        }
        if (timing.answered() == 0) {
            span.setAttribute(ERROR, served.code()).setStatus(StatusCode.ERROR);
        } else {
            span.setAttribute(STATUS, (long) served.status());
        }
        span.end(began + timing.upstreamEnd(), TimeUnit.NANOSECONDS);
    }

    /// The code of a request that a step refused; empty if another one did, or none.
    private static String refusal(Served served, String codes) {
        return served.code().startsWith(codes) ? served.code() : "";
    }

    private void step(String name, Context within, long from, long to, String refusal) {
        Span span = begin(name, SpanKind.INTERNAL, within, from).startSpan();
        if (!refusal.isEmpty()) {
            span.setAttribute(ERROR, refusal).setStatus(StatusCode.ERROR);
        }
        span.end(to, TimeUnit.NANOSECONDS);
    }

    private SpanBuilder begin(String name, SpanKind kind, Context within, long at) {
        return tracer.spanBuilder(name).setSpanKind(kind).setParent(within).setStartTimestamp(at, TimeUnit.NANOSECONDS);
    }

    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }
}
