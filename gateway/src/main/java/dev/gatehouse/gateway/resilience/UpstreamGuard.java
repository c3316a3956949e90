package dev.gatehouse.gateway.resilience;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.upstream.Instance;
import dev.gatehouse.gateway.upstream.Upstream;
import dev.gatehouse.gateway.upstream.UpstreamEvents;

/// Stands between the gateway and its upstreams: keeps each call's deadline, sends again what may be sent again, gives every failure its name, and
/// leaves instances alone that keep failing. Thread-safe, never blocks.
public final class UpstreamGuard {

    // Upstreams come from routes.yml; this only bounds what reloads leave behind.
    private static final int MOST_UPSTREAMS = 10_000;
    private static final Duration FORGET_AFTER = Duration.ofHours(1);

    // A service without instances may have some soon.
    private static final Duration NOBODY_THERE = Duration.ofSeconds(5);

    private final Timer timer;
    private final Clock clock;
    private final IntUnaryOperator random;
    private final UpstreamEvents events;
    private final Cache<String, UpstreamBreaker> breakers;

    /// @param timer keeps deadlines, to the length of its tick
    /// @param clock tells when a breaker may probe
    /// @param random a number from 0 to below the argument
    /// @param events told when a breaker changes
    public UpstreamGuard(Timer timer, Clock clock, IntUnaryOperator random, UpstreamEvents events) {
        this.timer = timer;
        this.clock = clock;
        this.random = random;
        this.events = events;
        breakers = Caffeine.newBuilder()
                .maximumSize(MOST_UPSTREAMS)
                .expireAfterAccess(FORGET_AFTER).executor(Runnable::run)
                .build();
    }

    /// The body of one request, to be watched while it is sent.
    public Upload upload() {
        return new Upload(clock);
    }

    /// Makes the call, unless the breakers of all instances are open: then nothing is sent.
    ///
    /// Ends in an [UpstreamFailure] when the upstream did not answer, in a [ClientFailure] when the client did not deliver its body; other errors
    /// pass unchanged. The caller's cancellation passes on and counts as nothing.
    ///
    /// @param key decides where the same requests go to the same instance, see [Upstream#choose]
    /// @param timeout from now, or from the last movement of the body, to the end of the last attempt
    /// @param upload the request's body, or [Upload#NONE]
    public Mono<Void> around(Upstream upstream, long key, Duration timeout, Upload upload, Forwarding forwarding) {
        return new GuardedCall(this, upstream, key, timeout, upload, forwarding);
    }

    UpstreamBreaker breaker(Instance instance) {
        UpstreamBreaker known = breakers.getIfPresent(instance.id());
        return known == null ? breakers.get(instance.id(), _ -> newBreaker(instance)) : known;
    }

    private UpstreamBreaker newBreaker(Instance instance) {
        return new UpstreamBreaker(instance.id(), clock, () -> events.changed(instance, () -> openness(instance)));
    }

    /// How far the breaker of an instance keeps requests away: 0 lets all pass, 0.5 some that probe, 1 none.
    public double openness(Instance instance) {
        UpstreamBreaker known = breakers.policy().getIfPresentQuietly(instance.id());
        return known == null ? 0 : switch (known.state()) {
            case OPEN, FORCED_OPEN -> 1;
            case HALF_OPEN -> 0.5;
            case CLOSED, DISABLED, METRICS_ONLY -> 0;
        };
    }

    /// When the first of the breakers lets a call pass again.
    Duration retryAfter(Upstream upstream) {
        if (upstream.size() == 0) {
            return NOBODY_THERE;
        }
        Duration least = Duration.ofDays(1);
        for (Instance instance : upstream.instances()) {
            Duration each = breaker(instance).retryAfter();
            least = each.compareTo(least) < 0 ? each : least;
        }
        return least;
    }

    Timeout after(long millis, TimerTask task) {
        return timer.newTimeout(task, millis, TimeUnit.MILLISECONDS);
    }

    long now() {
        return clock.millis();
    }

    int random(int bound) {
        return random.applyAsInt(bound);
    }

    /// The state of each breaker by instance: CLOSED, OPEN or HALF_OPEN.
    Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        breakers.asMap().forEach((upstream, breaker) -> states.put(upstream, breaker.state().name()));
        return states;
    }
}
