package dev.gatehouse.gateway.pipeline;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.Timer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.authentication.Authenticator;
import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.authentication.Revocations;
import dev.gatehouse.gateway.concurrency.Concurrencies;
import dev.gatehouse.gateway.discovery.Discovery;
import dev.gatehouse.gateway.identity.SpanPolicy;
import dev.gatehouse.gateway.mirroring.Mirrors;
import dev.gatehouse.gateway.observability.AccessLog;
import dev.gatehouse.gateway.observability.RequestMetrics;
import dev.gatehouse.gateway.observability.SocketMetrics;
import dev.gatehouse.gateway.overload.LoopDelays;
import dev.gatehouse.gateway.probing.HealthProbes;
import dev.gatehouse.gateway.proxies.TrustedProxies;
import dev.gatehouse.gateway.ratelimit.RateLimiter;
import dev.gatehouse.gateway.ratelimit.WindowRateLimiter;
import dev.gatehouse.gateway.redirect.HttpsRedirect;
import dev.gatehouse.gateway.resilience.UpstreamGuard;
import dev.gatehouse.gateway.settings.GatewaySettings;
import dev.gatehouse.gateway.settings.RedirectSettings;
import dev.gatehouse.gateway.tls.ServerTls;
import dev.gatehouse.gateway.tracing.Traces;
import dev.gatehouse.gateway.upstream.Upstreams;
import dev.gatehouse.gateway.websocket.Sockets;

/// Puts the gateway on its host: its server, Reactor Netty, hands requests to [GatewayRoutes]. Route definitions, filter factories and their expression language are not there to be misused.
@Configuration(proxyBeanMethods = false)
class HostConfiguration {

    /// The framework asks for one and puts it behind every other handler of its server, where no request comes, see [#connectionHandlers].
    @Bean
    HttpHandler nobody() {
        return (_, response) -> {
            response.setStatusCode(HttpStatus.NOT_FOUND);
            return response.setComplete();
        };
    }

    @Bean
    Arrivals arrivals(GatewaySettings settings, SpanPolicy spans, Clock clock) {
        return new Arrivals(TrustedProxies.of(settings.trustedProxies(), settings.trustedFields()),
                settings.connections().proxyProtocol(), spans, clock,
                System::nanoTime);
    }

    @Bean
    Departures departures(MeterRegistry registry, Traces traces, Clock clock) {
        return new Departures(new AccessLog(), new RequestMetrics(registry), traces, clock);
    }

    @Bean
    Traces traces(GatewaySettings settings) {
        return Traces.of(settings.tracing());
    }

    @Bean
    SpanPolicy spanPolicy(Traces traces) {
        return traces.policy();
    }

    @Bean
    GatewayRoutes gatewayRoutes(Arrivals arrivals, ApplicationAvailability availability,
            Authenticator authenticator,
            RateLimiter limiter, Upstreams upstreams, UpstreamGuard guard, Assertions assertions, Departures departures,
            Clock clock, Timer timer, MeterRegistry registry,
            LoopDelays loops, Mirrors mirrors, UpstreamClients clients, WebSockets webSockets, Draining draining,
            Optional<ServerTls> tls) {
        return new GatewayRoutes(arrivals, new Probes(availability), new KeySetPage(assertions),
                new Stages(WindowRateLimiter.ofArrivals(clock, timer, registry), authenticator, limiter,
                        new Concurrencies(), upstreams, clients, mirrors, guard, assertions, webSockets, loops,
                        new PeerCertificates(() -> tls.flatMap(ServerTls::clients), clock)),
                departures, loops, draining);
    }

    @Bean
    Sockets sockets(Timer timer) {
        return new Sockets(timer, System::nanoTime);
    }

    @Bean
    StreamedConnections streamedConnections() {
        return new StreamedConnections();
    }

    @Bean
    Draining draining(GatewaySettings settings, Sockets sockets, StreamedConnections streamed) {
        return new Draining(settings.drain().grace(), sockets, streamed);
    }

    @Bean
    WebSockets webSockets(Sockets sockets, Revocations revocations, MeterRegistry registry, Clock clock) {
        return new WebSockets(sockets, revocations, new SocketMetrics(registry), clock);
    }

    @Bean
    LoopDelays loopDelays(GatewaySettings settings) {
        return new LoopDelays(settings.shedDelay(), System::nanoTime, bound -> ThreadLocalRandom.current().nextInt(bound));
    }

    @Bean
    LiveRoutes liveRoutes(Issuers issuers, GatewayRoutes gateway, Upstreams upstreams, HealthProbes probes, Discovery discovery) {
        return new LiveRoutes(issuers, gateway::prepare, upstreams, probes, discovery);
    }

    @Bean
    ClientConnections clientConnections(GatewaySettings settings, Clock clock, MeterRegistry registry, Departures departures,
            StreamedConnections streamed) {
        return new ClientConnections(settings, clock, registry, departures, streamed);
    }

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> connectionHandlers(ClientConnections connections,
            Optional<ServerTls> tls, ObjectProvider<GatewayRoutes> gateway) {
        return factory -> {
            factory.addServerCustomizers(server -> connections.secured(server, tls));
            // Asked for when the server starts, not when it is made: that is ahead of everything else, and then the first connection to a Redis Cluster fails.
            factory.addRouteProviders(routes -> routes.route(_ -> true, gateway.getObject()));
        };
    }

    @Bean
    HttpsRedirect httpsRedirect(GatewaySettings settings, ClientConnections connections, Arrivals arrivals,
            Departures departures) {
        int https = settings.redirect().map(RedirectSettings::to).orElse(0);
        return new HttpsRedirect(settings.address(), settings.redirect(), connections::plain,
                new Redirects(arrivals, departures, https)::answer);
    }
}
