package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import dev.gatehouse.gateway.websocket.Sockets;

/// The first thing that stops. The host has said by then that it is not ready; for the grace time everything goes on, so that load balancers can notice,
/// and clients are asked to open new connections, which lead elsewhere: in HTTP/1.1 by answers, in HTTP/2 at once. Then WebSockets are told to go, and the host stops to listen and waits for
/// what is under way. Thread-safe.
final class Draining implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Draining.class);

    private final Duration grace;
    private final Sockets sockets;
    private final StreamedConnections streamed;
    private volatile boolean running;
    private volatile boolean draining;

    Draining(Duration grace, Sockets sockets, StreamedConnections streamed) {
        this.grace = grace;
        this.sockets = sockets;
        this.streamed = streamed;
    }

    @Override
    public void start() {
        running = true;
    }

    /// Waits.
    @Override
    public void stop() {
        draining = true;
        streamed.leave();
        LOG.info("Not ready any more; accepting goes on for {} ms, {} WebSockets are open", grace.toMillis(), sockets.open());
        try {
            TimeUnit.MILLISECONDS.sleep(grace.toMillis());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        sockets.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// Whether connections shall end with the answers that go out on them.
    boolean isUnderWay() {
        return draining;
    }

    /// Before everything that has a phase.
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
