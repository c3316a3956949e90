package dev.gatehouse.gateway.pipeline;

import java.util.function.LongSupplier;

import dev.gatehouse.gateway.observability.AccessLog;
import dev.gatehouse.gateway.observability.RequestMetrics;
import dev.gatehouse.gateway.observability.Served;

/// What happens when a request has ended, however it ended. Thread-safe.
final class Departures {

    private final AccessLog log;
    private final RequestMetrics metrics;
    private final LongSupplier nanoTime;

    Departures(AccessLog log, RequestMetrics metrics, LongSupplier nanoTime) {
        this.log = log;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
    }

    void left(Visit visit, boolean broken) {
        Served served = visit.served(nanoTime.getAsLong(), broken);
        log.write(served);
        metrics.record(served);
    }
}
