package dev.gatehouse.gateway.resilience;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The circuit breaker of one upstream: opens for 5 s when half of the last 50 calls failed, 20 at least, then lets 5 calls probe.
/// Thread-safe, never blocks.
final class UpstreamBreaker {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamBreaker.class);
    private static final Duration OPEN_FOR = Duration.ofSeconds(5);
    // While probes are under way: their outcome is a matter of one response.
    private static final Duration PROBES_FOR = Duration.ofSeconds(1);
    private static final int FEWEST_CALLS = 20;

    private final CircuitBreaker breaker;
    private final Clock clock;
    private final Runnable changes;
    private final AtomicInteger heldBack = new AtomicInteger(); // successes that could not be told to the library
    private volatile long openUntil;

    /// @param changes told of each change of its state
    UpstreamBreaker(String upstream, Clock clock, Runnable changes) {
        this.clock = clock;
        this.changes = changes;
        breaker = CircuitBreaker.of(upstream, CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(50)
                .minimumNumberOfCalls(FEWEST_CALLS)
                .failureRateThreshold(50)
                .waitDurationInOpenState(OPEN_FOR)
                .permittedNumberOfCallsInHalfOpenState(5)
                .recordResult(Boolean.FALSE::equals)
                .clock(clock)
                .build());
        breaker.getEventPublisher().onStateTransition(event -> changed(event.getStateTransition().getToState()));
    }

    private void changed(State state) {
        if (state == State.OPEN) {
            openUntil = clock.millis() + OPEN_FOR.toMillis();
            LOG.warn("Upstream {} fails, it is not asked for {}", breaker.getName(), OPEN_FOR);
        } else {
            LOG.info("Upstream {} is asked again, breaker {}", breaker.getName(), state);
        }
        changes.run();
    }

    /// Whether a call may be made; each call that may reports exactly one outcome.
    boolean tryEnter() {
        return breaker.tryAcquirePermission();
    }

    /// How long calls will be refused.
    Duration retryAfter() {
        long left = openUntil - clock.millis();
        return left > 0 ? Duration.ofMillis(left) : PROBES_FOR;
    }

    void succeeded() {
        CircuitBreaker.Metrics calls = breaker.getMetrics();
        if (!wouldOpen(calls)) {
            breaker.onResult(0, TimeUnit.NANOSECONDS, true);
            return;
        }
        unknown();
        if (2 * calls.getNumberOfFailedCalls() < FEWEST_CALLS - 1 + heldBack.incrementAndGet()) {
            heldBack.set(0);
            breaker.reset(); // fewer than half have failed, the successes that were held back among them
        }
    }

    // A success that completes the fewest calls would open the breaker for the failures before it: just when the upstream is back.
    private boolean wouldOpen(CircuitBreaker.Metrics calls) {
        return calls.getNumberOfBufferedCalls() == FEWEST_CALLS - 1 && 2 * calls.getNumberOfFailedCalls() >= FEWEST_CALLS
                && state() == State.CLOSED;
    }

    void failed() {
        heldBack.set(0);
        breaker.onResult(0, TimeUnit.NANOSECONDS, false);
    }

    /// The call said nothing about the upstream.
    void unknown() {
        breaker.releasePermission();
    }

    /// The library leaves OPEN only when somebody asks for a call; by then it has long been ready to let some probe.
    State state() {
        State state = breaker.getState();
        return state == State.OPEN && openUntil <= clock.millis() ? State.HALF_OPEN : state;
    }
}
