package dev.gatehouse.gateway.ratelimit;

import java.util.function.IntSupplier;

import com.github.benmanes.caffeine.cache.LoadingCache;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/// What the limiter tells of itself.
final class LimiterMetrics {

    private final Counter sharedAdmitted;
    private final Counter sharedExceeded;
    private final Counter localAdmitted;
    private final Counter localExceeded;

    private LimiterMetrics(Counter sharedAdmitted, Counter sharedExceeded, Counter localAdmitted, Counter localExceeded) {
        this.sharedAdmitted = sharedAdmitted;
        this.sharedExceeded = sharedExceeded;
        this.localAdmitted = localAdmitted;
        this.localExceeded = localExceeded;
    }

    /// Of the limits of routes.
    static LimiterMetrics ofRoutes(MeterRegistry registry, Desk desk, LoadingCache<TallyKey, Tally> tallies) {
        Gauge.builder("gatehouse.limiter.shared", desk.gates(), gates -> gates.isOpen() ? 1 : 0)
                .description(
                        "1 while limits are shared through Redis, 0 while this instance counts alone, be it for one node of a cluster")
                .register(registry);
        Gauge.builder("gatehouse.instances", desk.instances(), IntSupplier::getAsInt)
                .description("Instances that share limits, as last heard from Redis")
                .register(registry);
        Gauge.builder("gatehouse.limiter.keys", tallies, LoadingCache::estimatedSize)
                .description("Keys that this instance counts")
                .register(registry);
        return new LimiterMetrics(decisions(registry, "redis", "admitted"), decisions(registry, "redis", "exceeded"),
                decisions(registry, "local", "admitted"), decisions(registry, "local", "exceeded"));
    }

    /// Of the limit on arrivals, which no instance shares.
    static LimiterMetrics ofArrivals(MeterRegistry registry, LoadingCache<TallyKey, Tally> tallies) {
        Gauge.builder("gatehouse.arrivals.keys", tallies, LoadingCache::estimatedSize)
                .description("Addresses whose arrivals this instance counts")
                .register(registry);
        Counter admitted = arrivals(registry, "admitted");
        Counter exceeded = arrivals(registry, "exceeded");
        return new LimiterMetrics(admitted, exceeded, admitted, exceeded);
    }

    private static Counter arrivals(MeterRegistry registry, String outcome) {
        return Counter.builder("gatehouse.arrivals.decisions")
                .description("Decisions on requests by the limit on the arrivals of one address")
                .tag("outcome", outcome)
                .register(registry);
    }

    /// Counts one request's decision.
    void count(boolean alone, boolean admitted) {
        if (alone) {
            (admitted ? localAdmitted : localExceeded).increment();
        } else {
            (admitted ? sharedAdmitted : sharedExceeded).increment();
        }
    }

    private static Counter decisions(MeterRegistry registry, String mode, String outcome) {
        return Counter.builder("gatehouse.limiter.decisions")
                .description("Decisions on requests of limited routes")
                .tag("mode", mode)
                .tag("outcome", outcome)
                .register(registry);
    }
}
