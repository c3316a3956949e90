package dev.gatehouse.bench;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.HashedWheelTimer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.authorization.Condition;
import dev.gatehouse.gateway.authorization.Decision;
import dev.gatehouse.gateway.authorization.Names;
import dev.gatehouse.gateway.ratelimit.Admission;
import dev.gatehouse.gateway.ratelimit.LimitKey;
import dev.gatehouse.gateway.ratelimit.LimitSpec;
import dev.gatehouse.gateway.ratelimit.LimitSubject;
import dev.gatehouse.gateway.ratelimit.RateLimitFields;
import dev.gatehouse.gateway.ratelimit.RateLimiter;
import dev.gatehouse.gateway.ratelimit.WindowRateLimiter;

/// What a caller may do, and how much of it.
@State(Scope.Benchmark)
public class Admitting {

    private final HashedWheelTimer timer = new HashedWheelTimer(10, TimeUnit.MILLISECONDS);
    private final RateLimiter limiter = WindowRateLimiter.local(Clock.systemUTC(), timer, new SimpleMeterRegistry());
    private final List<LimitSpec> limits = List
            .of(new LimitSpec("second", new LimitKey.User(), 1_000_000_000, Duration.ofSeconds(1)));
    private final Caller.Authenticated caller = new Caller.Authenticated("gatehouse", "7f3c", List.of("user", "admin"),
            List.of("orders:read"), Instant.now().plusSeconds(3600), Map.of("plan", "pro"));
    private final LimitSubject subject = new LimitSubject("orders", caller, "198.51.100.1", _ -> Optional.empty());
    private final Access access = new Access.Rule(new Condition.Roles(Names.of(List.of("auditor", "admin"))));
    private final Instant now = Instant.now();

    /// Ends what was begun.
    @TearDown
    public void close() {
        timer.stop();
    }

    /// A rule that asks for one of two roles.
    @Benchmark
    public Decision authorize() {
        return access.decide(caller, now);
    }

    /// One limit on each user, with what the answer says of it.
    @Benchmark
    public String admit() {
        Admission admission = Objects.requireNonNull(limiter.admit(limits, subject).block());
        return RateLimitFields.standing(((Admission.Admitted) admission).standings());
    }
}
