package dev.gatehouse.gateway.ratelimit;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.util.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether Redis, or a node of a cluster, is asked. Three draws in a row that failed or missed their deadline close the gate, unless they did so within one pause that is
/// no longer than a deadline; every second after that one draw probes, and no request waits for it; the first that a request could have waited for
/// opens the gate.
/// Thread-safe, never blocks.
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
    // All draws under way when Redis or this process pauses for a moment miss their deadlines together.
    private static final long PAUSE_MILLIS = 20;
    // A Redis that comes back is noticed within this; one that stays away costs one command in this time.
    private static final long PROBE_MILLIS = 1_000;

    private final String name;
    private final AtomicReference<State> state;
    private final AtomicInteger misses = new AtomicInteger();
    private final Timer timer;
    private final InstantSource clock;
    private volatile long firstMiss;

    private RedisGate(String name, State initial, Timer timer, InstantSource clock) {
        this.name = name;
        state = new AtomicReference<>(initial);
        this.timer = timer;
        this.clock = clock;
    }

    /// @param name of what is behind it, for the log
    static RedisGate open(String name, Timer timer, InstantSource clock) {
        return new RedisGate(name, State.OPEN, timer, clock);
    }

    /// The gate of an instance without Redis.
    static RedisGate absent(Timer timer, InstantSource clock) {
        return new RedisGate("Redis", State.ABSENT, timer, clock);
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

    /// Whether there is no Redis to be asked, ever.
    boolean isAbsent() {
        return state.get() == State.ABSENT;
    }

    void probeNotStarted() {
        state.compareAndSet(State.PROBING, State.PROBE_DUE);
    }

    /// A draw was answered as soon as a request needs it.
    void answered() {
        if (misses.get() != 0) {
            misses.set(0);
        }
        State before = state.get();
        if (before != State.OPEN && before != State.ABSENT && state.compareAndSet(before, State.OPEN)) {
            LOG.info("{} answers again, limits are shared", name);
        }
    }

    /// A draw failed or took too long.
    void missed() {
        if (state.get() == State.PROBING) {
            close(State.PROBING);
            return;
        }
        int missed = misses.incrementAndGet();
        long now = clock.millis();
        if (missed == 1 || now < firstMiss) { // the clock was set back
            firstMiss = now;
        } else if (missed >= MISSES && now - firstMiss >= PAUSE_MILLIS && close(State.OPEN)) {
            LOG.warn("{} does not answer in time, limits are counted by this instance alone", name);
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
