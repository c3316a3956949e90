package dev.gatehouse.gateway.observability;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/// Requests by route, status and code. Every label comes from `routes.yml` or from the gateway, never from a request, so the number of series is
/// bounded. Thread-safe.
public final class RequestMetrics {

    private final MeterRegistry registry;
    private final ConcurrentMap<Series, Timer> timers = new ConcurrentHashMap<>();

    /// Registers its series at `registry` as they appear.
    public RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Counts one request and its time.
    public void record(Served served) {
        timers.computeIfAbsent(new Series(served.routeId(), served.status(), served.code()), this::timer)
                .record(served.elapsed());
    }

    private Timer timer(Series series) {
        return Timer.builder("gatehouse.requests").description("Requests by route, status and problem code")
                .tag("route", series.route)
                .tag("status", Integer.toString(series.status)).tag("code", series.code).register(registry);
    }

    private record Series(String route, int status, String code) {}
}
