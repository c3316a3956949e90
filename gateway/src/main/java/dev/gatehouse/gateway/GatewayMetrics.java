package dev.gatehouse.gateway;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.authentication.BearerTokenAuthenticator;
import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.authentication.RevocationFeed;
import dev.gatehouse.gateway.overload.LoopDelays;
import dev.gatehouse.gateway.reload.RouteWatcher;
import dev.gatehouse.gateway.resilience.UpstreamGuard;
import dev.gatehouse.gateway.tls.ServerTls;
import dev.gatehouse.gateway.upstream.Upstreams;

/// What the gateway's parts tell of themselves, without a label that a request could choose.
record GatewayMetrics(RouteWatcher routes, Issuers issuers, BearerTokenAuthenticator tokens, RevocationFeed revocations,
        Assertions assertions,
        Upstreams upstreams, UpstreamGuard guard, LoopDelays loops, Optional<ServerTls> tls, Clock clock) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("gatehouse.routes", routes, watcher -> watcher.state().routeCount()).description("Routes in place")
                .register(registry);
        Gauge.builder("gatehouse.routes.problems", routes, watcher -> watcher.state().problems().size())
                .description("Problems of routes.yml as it is now; 0 when it is in place").register(registry);
        Gauge.builder("gatehouse.routes.load", routes, watcher -> watcher.state().took().toMillis() / 1000.0)
                .baseUnit("seconds").description("How long the routes in place took to be read, tested, compared and exchanged")
                .register(registry);
        FunctionCounter.builder("gatehouse.routes.reloads", routes, watcher -> watcher.state().reloads()).tag("result", "good")
                .description("Changes of routes.yml").register(registry);
        FunctionCounter.builder("gatehouse.routes.reloads", routes, watcher -> watcher.state().refusals()).tag("result", "bad")
                .description("Changes of routes.yml").register(registry);
        FunctionCounter.builder("gatehouse.routes.widenings", routes, watcher -> watcher.state().widened()).tag("result", "used")
                .description("Changes of routes.yml that widen access").register(registry);
        FunctionCounter.builder("gatehouse.routes.widenings", routes, watcher -> watcher.state().wideningsRefused())
                .tag("result", "refused").description("Changes of routes.yml that widen access").register(registry);
        Gauge.builder("gatehouse.issuers.unusable", issuers,
                all -> all.status().stream().filter(issuer -> !issuer.usable()).count())
                .description("Issuers whose tokens cannot be judged").register(registry);
        Gauge.builder("gatehouse.issuers.keys.age", issuers, GatewayMetrics::oldestKeys).baseUnit("seconds")
                .description("Longest time since an issuer with keys last answered well").register(registry);
        FunctionCounter.builder("gatehouse.tokens", tokens, BearerTokenAuthenticator::verified).tag("result", "verified")
                .description("Signed tokens that were good").register(registry);
        FunctionCounter.builder("gatehouse.tokens", tokens, BearerTokenAuthenticator::remembered).tag("result", "remembered")
                .description("Signed tokens that were good").register(registry);
        Gauge.builder("gatehouse.revocations.lag", revocations, feed -> feed.status().lag().toMillis() / 1000.0)
                .baseUnit("seconds")
                .description("Time since the revocation feed last answered").register(registry);
        Gauge.builder("gatehouse.revocations.sessions", revocations, feed -> feed.status().entries())
                .description("Ended sessions that are known").register(registry);
        FunctionCounter.builder("gatehouse.assertions", assertions, Assertions::signatures).tag("result", "signed")
                .description("Assertions for backends").register(registry);
        FunctionCounter.builder("gatehouse.assertions", assertions, Assertions::omissions).tag("result", "too_long")
                .description("Assertions for backends").register(registry);
        Gauge.builder("gatehouse.event.loop.delay", loops, LoopDelays::longest).baseUnit("seconds")
                .description("How late the latest event loop was").register(registry);
        Gauge.builder("gatehouse.shedding", loops, LoopDelays::refusing)
                .description("Share of requests that the latest event loop refuses").register(registry);
        Gauge.builder("gatehouse.upstreams.open", this, GatewayMetrics::leftAlone)
                .description("Instances left alone by their circuit breaker").register(registry);
        tls.ifPresent(server -> bind(server, registry));
    }

    private void bind(ServerTls server, MeterRegistry registry) {
        Gauge.builder("gatehouse.tls.certificate.expires", server,
                current -> Duration.between(clock.instant(), current.status().expires()).toSeconds())
                .baseUnit("seconds").description("Time until the certificate of the public port ends").register(registry);
        FunctionCounter.builder("gatehouse.tls.reloads", server, current -> current.status().changes()).tag("result", "good")
                .description("Changes of the certificate's files").register(registry);
        FunctionCounter.builder("gatehouse.tls.reloads", server, current -> current.status().refusals()).tag("result", "bad")
                .description("Changes of the certificate's files").register(registry);
    }

    private double leftAlone() {
        return upstreams.all().stream().flatMap(upstream -> upstream.instances().stream())
                .filter(instance -> guard.openness(instance) == 1).count();
    }

    private static double oldestKeys(Issuers all) {
        return all.status().stream().filter(issuer -> issuer.believedUntil().isPresent()).flatMap(issuer -> issuer.age().stream())
                .mapToLong(Duration::toSeconds).max().orElse(0);
    }
}
