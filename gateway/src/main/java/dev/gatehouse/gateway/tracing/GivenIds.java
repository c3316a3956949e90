package dev.gatehouse.gateway.tracing;

import io.opentelemetry.sdk.trace.IdGenerator;

/// Spans get the ids that backends were told, or those that are drawn. An id is given and taken on one thread. Thread-safe.
final class GivenIds implements IdGenerator {

    private final IdGenerator drawn = IdGenerator.random();
    private final ThreadLocal<String> trace = new ThreadLocal<>();
    private final ThreadLocal<String> span = new ThreadLocal<>();

    /// For the next span that has no parent.
    void nextTrace(String id) {
        trace.set(id);
    }

    /// For the next span.
    void nextSpan(String id) {
        span.set(id);
    }

    @Override
    public String generateTraceId() {
        String given = trace.get();
        trace.remove();
        return given == null ? drawn.generateTraceId() : given;
    }

    @Override
    public String generateSpanId() {
        String given = span.get();
        span.remove();
        return given == null ? drawn.generateSpanId() : given;
    }
}
