package dev.gatehouse.gateway.resilience;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.netty.util.Timer;
import reactor.core.publisher.Mono;

/// Stands between the gateway and its upstreams: keeps each response's deadline, gives every failure its name, and leaves an upstream alone that
/// keeps failing. Thread-safe, never blocks.
public final class UpstreamGuard {

    // Upstreams come from routes.yml; this only bounds what reloads leave behind.
    private static final int MOST_UPSTREAMS = 10_000;
    private static final Duration FORGET_AFTER = Duration.ofHours(1);

    private final Timer timer;
    private final Clock clock;
    private final LoadingCache<String, UpstreamBreaker> breakers;

    /// @param timer keeps deadlines, to the length of its tick
    /// @param clock tells when a breaker may probe
    public UpstreamGuard(Timer timer, Clock clock) {
        this.timer = timer;
        this.clock = clock;
        breakers = Caffeine.newBuilder()
                .maximumSize(MOST_UPSTREAMS)
                .expireAfterAccess(FORGET_AFTER)
                .build(upstream -> new UpstreamBreaker(upstream, clock));
    }

    /// The body of one request, to be watched while it is sent.
    public Upload upload() {
        return new Upload(clock);
    }

    /// Makes the call, unless the upstream's breaker is open: then it is never subscribed to.
    ///
    /// Ends in an [UpstreamFailure] when the upstream did not answer, in a [ClientFailure] when the client did not deliver its body; other errors
    /// pass unchanged. The caller's cancellation passes on and counts as nothing.
    ///
    /// @param upstream scheme, host and port; one breaker each
    /// @param timeout from now, or from the last movement of the body, to the end of `call`
    /// @param upload the request's body, or [Upload#NONE]
    /// @param call ends when the response's header section is there
    /// @param status the response's status, asked once when `call` has ended
    public Mono<Void> around(String upstream, Duration timeout, Upload upload, Mono<Void> call, IntSupplier status) {
        return new GuardedCall(call, breakers.get(upstream), upload, timeout.toMillis(), timer, clock, status);
    }

    /// The same for a request without a body.
    public Mono<Void> around(String upstream, Duration timeout, Mono<Void> call, IntSupplier status) {
        return around(upstream, timeout, Upload.NONE, call, status);
    }

    /// The state of each breaker by upstream: CLOSED, OPEN or HALF_OPEN.
    public Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        breakers.asMap().forEach((upstream, breaker) -> states.put(upstream, breaker.state().name()));
        return states;
    }
}
