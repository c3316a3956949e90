package dev.gatehouse.gateway.observability;

import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.ToIntFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.netty.resources.ConnectionPoolMetrics;
import reactor.netty.resources.ConnectionProvider;

/// Connections to upstreams and the requests that wait for one, over all upstreams together. Thread-safe; the one type of this package that knows
/// Reactor Netty.
public final class PoolMetrics implements ConnectionProvider.MeterRegistrar {

    private final ConcurrentMap<String, ConnectionPoolMetrics> pools = new ConcurrentHashMap<>();

    /// Registers its series at `registry`.
    public PoolMetrics(MeterRegistry registry) {
        gauge(registry, "active", ConnectionPoolMetrics::acquiredSize);
        gauge(registry, "idle", ConnectionPoolMetrics::idleSize);
        Gauge.builder("gatehouse.upstream.queue", this, all -> all.sum(ConnectionPoolMetrics::pendingAcquireSize))
                .description("Requests that wait for a connection to their upstream").register(registry);
    }

    private void gauge(MeterRegistry registry, String state, ToIntFunction<ConnectionPoolMetrics> value) {
        Gauge.builder("gatehouse.upstream.connections", this, all -> all.sum(value)).tag("state", state)
                .description("Connections to upstreams").register(registry);
    }

    private int sum(ToIntFunction<ConnectionPoolMetrics> value) {
        return pools.values().stream().mapToInt(value).sum();
    }

    @Override
    public void registerMetrics(String poolName, String id, SocketAddress remoteAddress, ConnectionPoolMetrics metrics) {
        pools.put(remoteAddress + " " + id, metrics);
    }

    @Override
    public void deRegisterMetrics(String poolName, String id, SocketAddress remoteAddress) {
        pools.remove(remoteAddress + " " + id);
    }
}
