package dev.gatehouse.gateway.observability;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/// WebSockets by route, and how they ended. Labels come from `routes.yml` and from the gateway. Thread-safe.
public final class SocketMetrics {

    private final MeterRegistry registry;
    private final ConcurrentMap<String, AtomicInteger> open = new ConcurrentHashMap<>();

    /// Registers its series at `registry` as they appear.
    public SocketMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /// One more.
    public void opened(String route) {
        of(route).incrementAndGet();
    }

    /// One less.
    ///
    /// @param reason one of a fixed set
    public void closed(String route, String reason) {
        of(route).decrementAndGet();
        registry.counter("gatehouse.websockets.closed", "route", route, "reason", reason).increment();
    }

    /// Forgets the series of all routes but these and those whose WebSockets are still open.
    public void keep(Set<String> routes) {
        open.entrySet().removeIf(entry -> {
            String route = entry.getKey();
            boolean gone = !routes.contains(route) && entry.getValue().get() <= 0;
            if (gone) {
                registry.find("gatehouse.websockets.open").tag("route", route).meters().forEach(registry::remove);
                registry.find("gatehouse.websockets.closed").tag("route", route).meters().forEach(registry::remove);
            }
            return gone;
        });
    }

    private AtomicInteger of(String route) {
        return open.computeIfAbsent(route, id -> {
            AtomicInteger number = new AtomicInteger();
            Gauge.builder("gatehouse.websockets.open", number, AtomicInteger::get).description("WebSockets that are open")
                    .tag("route", id).register(registry);
            return number;
        });
    }
}
