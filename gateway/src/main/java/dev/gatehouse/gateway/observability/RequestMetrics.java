package dev.gatehouse.gateway.observability;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/// Requests by route, status and code, and by route how long the gateway and the upstream took of them. Every label comes from `routes.yml` or from the
/// gateway, never from a request, and what leaves the file leaves the metrics, so the number of series is bounded. Thread-safe.
public final class RequestMetrics {

    private static final Duration[] BUCKETS = IntStream
            .of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
            .mapToObj(Duration::ofMillis).toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final ConcurrentMap<Series, Timer> timers = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Shares> shares = new ConcurrentHashMap<>();

    /// Registers its series at `registry` as they appear.
    public RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Counts one request and its time.
    public void record(Served served) {
        timers.computeIfAbsent(new Series(served.routeId(), served.status(), served.code()), this::timer)
                .record(served.timing().elapsed());
        if (!served.routeId().isEmpty()) {
            shares.computeIfAbsent(served.routeId(), this::shares).record(served.timing());
        }
    }

    /// Forgets the series of all routes but these. A request of another that is still under way counts once more, until the next call.
    public void keep(Set<String> routes) {
        timers.entrySet().removeIf(entry -> {
            boolean gone = !entry.getKey().route.isEmpty() && !routes.contains(entry.getKey().route);
            if (gone) {
                registry.remove(entry.getValue());
            }
            return gone;
        });
        shares.entrySet().removeIf(entry -> {
            boolean gone = !routes.contains(entry.getKey());
            if (gone) {
                registry.remove(entry.getValue().gateway);
                registry.remove(entry.getValue().upstream);
            }
            return gone;
        });
    }

    private Timer timer(Series series) {
        return Timer.builder("gatehouse.requests").description("Requests by route, status and problem code")
                .tag("route", series.route)
                .tag("status", Integer.toString(series.status)).tag("code", series.code).register(registry);
    }

    private Shares shares(String route) {
        return new Shares(share("gatehouse.gateway.time", "From a request's arrival until it was sent on or refused", route),
                share("gatehouse.upstream.time", "From a request's being sent on until the upstream answered or failed", route));
    }

    private Timer share(String name, String description, String route) {
        return Timer.builder(name).description(description).tag("route", route).serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private record Series(String route, int status, String code) {}

    private record Shares(Timer gateway, Timer upstream) {

        void record(Timing timing) {
            gateway.record(timing.gateway());
            if (timing.isSent()) {
                upstream.record(timing.upstream());
            }
        }
    }
}
