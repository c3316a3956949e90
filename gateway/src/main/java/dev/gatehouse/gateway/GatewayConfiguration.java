package dev.gatehouse.gateway;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.authentication.BearerTokenAuthenticator;
import dev.gatehouse.gateway.authentication.FastestProvider;
import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.authentication.RevocationFeed;
import dev.gatehouse.gateway.authentication.Revocations;
import dev.gatehouse.gateway.bucket.RedisBuckets;
import dev.gatehouse.gateway.change.Change;
import dev.gatehouse.gateway.change.RoutesDiff;
import dev.gatehouse.gateway.overload.LoopDelays;
import dev.gatehouse.gateway.pipeline.LiveRoutes;
import dev.gatehouse.gateway.ratelimit.Fleet;
import dev.gatehouse.gateway.ratelimit.RateLimiter;
import dev.gatehouse.gateway.ratelimit.WindowRateLimiter;
import dev.gatehouse.gateway.redis.RedisConnections;
import dev.gatehouse.gateway.reload.RouteWatcher;
import dev.gatehouse.gateway.reload.WideningPolicy;
import dev.gatehouse.gateway.resilience.UpstreamGuard;
import dev.gatehouse.gateway.routefile.RouteFileResult;
import dev.gatehouse.gateway.routes.Routes;
import dev.gatehouse.gateway.settings.Environment;
import dev.gatehouse.gateway.settings.GatewaySettings;
import dev.gatehouse.gateway.tls.ServerTls;
import dev.gatehouse.gateway.upstream.Upstreams;

/// The deciding parts and what they share: the clock, the timer, Redis where there is one (then, and only then, its connections are a bean).
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {

    // A healthy Redis takes milliseconds; longer than this nobody should wait for a gateway that can count alone.
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /// Keeps deadlines; a tick of 2 ms serves the limiter, which waits 20 ms.
    @Bean(destroyMethod = "stop")
    Timer deadlines() {
        return new HashedWheelTimer(new DefaultThreadFactory("deadlines", true), 2, TimeUnit.MILLISECONDS, 4096);
    }

    @Bean
    Issuers issuers(GatewaySettings settings, Clock clock) {
        return Issuers.create(clock, settings.state());
    }

    @Bean
    Revocations revocations(Clock clock) {
        return new Revocations(clock);
    }

    @Bean
    RevocationFeed revocationFeed(Optional<RedisConnections> redis, Revocations revocations, Clock clock) {
        return redis.map(connections -> RevocationFeed.follow(connections.template(), revocations, clock))
                .orElseGet(() -> RevocationFeed.off(revocations, clock));
    }

    @Bean
    BearerTokenAuthenticator authenticator(Issuers issuers, Revocations revocations, Clock clock) {
        return new BearerTokenAuthenticator(issuers, revocations, clock);
    }

    @Bean
    Assertions assertions(GatewaySettings settings, Optional<RedisConnections> redis, Clock clock) {
        return Assertions.open(settings.assertion(), redis.map(RedisConnections::template), FastestProvider.find(), clock);
    }

    /// Loads `routes.yml` before the port is opened, and follows it.
    @Bean
    RouteWatcher routeWatcher(GatewaySettings settings, Environment environment, LiveRoutes live, Clock clock) {
        RouteWatcher watcher = new RouteWatcher(settings.routes(), environment::get, live, clock,
                new WideningPolicy(GatewayConfiguration::widenings, settings.refuseWidening()));
        if (watcher.start() instanceof RouteFileResult.Invalid invalid) {
            throw new InvalidRoutesException(settings.routes(), invalid.problems());
        }
        return watcher;
    }

    private static List<String> widenings(Routes before, Routes now) {
        return RoutesDiff.widenings(before, now).stream().map(Change::text).toList();
    }

    @Bean
    GatewayMetrics gatewayMetrics(RouteWatcher routes, Issuers issuers, BearerTokenAuthenticator tokens,
            RevocationFeed revocations, Assertions assertions,
            Upstreams upstreams, UpstreamGuard guard, LoopDelays loops, Optional<ServerTls> tls, Clock clock) {
        return new GatewayMetrics(routes, issuers, tokens, revocations, assertions, upstreams, guard, loops, tls, clock);
    }

    @Bean
    HealthIndicator routesHealthIndicator(RouteWatcher routes) {
        return GatewayHealth.routes(routes);
    }

    @Bean
    HealthIndicator issuersHealthIndicator(Issuers issuers) {
        return GatewayHealth.issuers(issuers);
    }

    @Bean
    HealthIndicator assertionsHealthIndicator(Assertions assertions) {
        return GatewayHealth.assertions(assertions);
    }

    @Bean
    HealthIndicator tlsHealthIndicator(Optional<ServerTls> tls) {
        return tls.map(GatewayHealth::tls).orElseGet(GatewayHealth::noTls);
    }

    @Bean
    HealthIndicator revocationsHealthIndicator(RevocationFeed feed) {
        return GatewayHealth.revocations(feed);
    }

    @Bean
    RateLimiter rateLimiter(GatewaySettings settings, Optional<RedisConnections> redis, Optional<Fleet> fleet, Clock clock,
            Timer timer,
            MeterRegistry registry) {
        return redis.<RateLimiter>map(
                connections -> WindowRateLimiter.shared(warmedUp(new RedisBuckets(connections::dedicated, clock)), clock, timer,
                        settings.limiterDeadline(), fleet.orElseThrow(), connections.nodes(), registry))
                .orElseGet(() -> WindowRateLimiter.local(clock, timer, registry));
    }

    /// Limits are shared from the first request on where Redis answers; where it does not, the start goes on without it.
    private static RedisBuckets warmedUp(RedisBuckets buckets) {
        buckets.firstAttempt().toCompletableFuture().completeOnTimeout(null, WARM_UP.toMillis(), TimeUnit.MILLISECONDS).join();
        return buckets;
    }
}
