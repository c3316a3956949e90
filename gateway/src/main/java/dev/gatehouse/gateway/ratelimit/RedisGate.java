package dev.gatehouse.gateway.ratelimit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.util.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether Redis is asked. Three draws in a row that missed their deadline or failed close the gate; every second after that one draw probes,
/// and no request waits for it; the first that succeeds opens the gate. Thread-safe, never blocks.
///
/// A circuit breaker of the library lets real calls probe, which here would make a request wait for a Redis that is believed dead.
final class RedisGate {

    /// What a request may do.
    enum Passage {
        /// Ask Redis and wait for it.
        OPEN,
        /// Ask Redis, but do not wait.
        PROBE,
        /// Decide alone.
        CLOSED
    }

    private enum State {
        OPEN, CLOSED, PROBE_DUE, PROBING, ABSENT
    }

    private static final Logger LOG = LoggerFactory.getLogger(RedisGate.class);
    private static final int MISSES = 3;
    // A Redis that comes back is noticed within this; one that stays away costs one command in this time.
    private static final long PROBE_MILLIS = 1_000;

    private final AtomicReference<State> state;
    private final AtomicInteger misses = new AtomicInteger();
    private final Timer timer;

    private RedisGate(State initial, Timer timer) {
        state = new AtomicReference<>(initial);
        this.timer = timer;
    }

    static RedisGate open(Timer timer) {
        return new RedisGate(State.OPEN, timer);
    }

    /// The gate of an instance without Redis.
    static RedisGate absent(Timer timer) {
        return new RedisGate(State.ABSENT, timer);
    }

    /// Asked once per decision. Who is told PROBE starts a draw or says that it did not.
    Passage passage() {
        return switch (state.get()) {
            case OPEN -> Passage.OPEN;
            case PROBE_DUE -> state.compareAndSet(State.PROBE_DUE, State.PROBING) ? Passage.PROBE : Passage.CLOSED;
            case CLOSED, PROBING, ABSENT -> Passage.CLOSED;
        };
    }

    boolean isOpen() {
        return state.get() == State.OPEN;
    }

    void probeNotStarted() {
        state.compareAndSet(State.PROBING, State.PROBE_DUE);
    }

    /// A draw was answered in time.
    void answered() {
        if (misses.get() != 0) {
            misses.set(0);
        }
        State before = state.get();
        if (before != State.OPEN && before != State.ABSENT && state.compareAndSet(before, State.OPEN)) {
            LOG.info("Redis answers again, limits are shared");
        }
    }

    /// A draw failed or took too long.
    void missed() {
        if (state.get() == State.PROBING) {
            close(State.PROBING);
        } else if (misses.incrementAndGet() >= MISSES && close(State.OPEN)) {
            LOG.warn("Redis does not answer in time, limits are counted by this instance alone");
        }
    }

    private boolean close(State from) {
        if (!state.compareAndSet(from, State.CLOSED)) {
            return false;
        }
        misses.set(0);
        timer.newTimeout(_ -> state.compareAndSet(State.CLOSED, State.PROBE_DUE), PROBE_MILLIS, TimeUnit.MILLISECONDS);
        return true;
    }
}
