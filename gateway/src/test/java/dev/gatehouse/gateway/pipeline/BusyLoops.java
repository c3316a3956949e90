package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import io.netty.util.concurrent.EventExecutor;
import reactor.netty.http.HttpResources;

/// Keeps the event loops of this process's gateways so busy that they are always late by more than 10 ms, until it is closed.
final class BusyLoops implements AutoCloseable {

    private static final long TURN_NANOS = Duration.ofMillis(15).toNanos();

    private final AtomicBoolean busy = new AtomicBoolean(true);

    private BusyLoops() {}

    static BusyLoops start() {
        BusyLoops all = new BusyLoops();
        for (EventExecutor loop : HttpResources.get().onServer(true)) {
            loop.execute(() -> all.turn(loop));
        }
        return all;
    }

    private void turn(EventExecutor loop) {
        if (busy.get()) {
            LockSupport.parkNanos(TURN_NANOS);
            loop.execute(() -> turn(loop));
        }
    }

    @Override
    public void close() {
        busy.set(false);
    }
}
