package dev.gatehouse.gateway.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.Timer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.HttpHandler;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.authentication.Authenticator;
import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.authentication.Revocations;
import dev.gatehouse.gateway.concurrency.Concurrencies;
import dev.gatehouse.gateway.discovery.Discovery;
import dev.gatehouse.gateway.discovery.SpringRegistry;
import dev.gatehouse.gateway.framing.Framing;
import dev.gatehouse.gateway.identity.SpanPolicy;
import dev.gatehouse.gateway.identity.TrustedProxies;
import dev.gatehouse.gateway.mirroring.Mirrors;
import dev.gatehouse.gateway.observability.AccessLog;
import dev.gatehouse.gateway.observability.PoolMetrics;
import dev.gatehouse.gateway.observability.RequestMetrics;
import dev.gatehouse.gateway.observability.SocketMetrics;
import dev.gatehouse.gateway.observability.UpstreamMetrics;
import dev.gatehouse.gateway.overload.LoopDelays;
import dev.gatehouse.gateway.probing.HealthProbes;
import dev.gatehouse.gateway.ratelimit.RateLimiter;
import dev.gatehouse.gateway.ratelimit.WindowRateLimiter;
import dev.gatehouse.gateway.redirect.HttpsRedirect;
import dev.gatehouse.gateway.resilience.UpstreamGuard;
import dev.gatehouse.gateway.resilience.UpstreamLimits;
import dev.gatehouse.gateway.settings.GatewaySettings;
import dev.gatehouse.gateway.settings.UpstreamSettings;
import dev.gatehouse.gateway.tls.ClientTls;
import dev.gatehouse.gateway.tls.ServerTls;
import dev.gatehouse.gateway.tracing.Traces;
import dev.gatehouse.gateway.upstream.Upstreams;
import dev.gatehouse.gateway.websocket.Sockets;
import dev.gatehouse.gateway.websocket.UpstreamSwitch;

/// Puts the gateway on its host: of Spring Cloud Gateway the two filters that call an upstream and write its answer, of WebFlux nothing above
/// [HttpHandler]. Route definitions, filter factories and their expression language are not there to be misused.
@Configuration(proxyBeanMethods = false)
class HostConfiguration {

    // A pause in an upstream's answer longer than this ends it; the time to its header section is the route's.
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final List<MediaType> FLUSHED_AT_ONCE = List.of(MediaType.TEXT_EVENT_STREAM, MediaType.APPLICATION_NDJSON,
            MediaType.parseMediaType("application/grpc"), MediaType.parseMediaType("application/grpc+proto"),
            MediaType.parseMediaType("application/grpc+json"));

    @Bean(destroyMethod = "dispose")
    ConnectionProvider upstreamConnections(GatewaySettings settings, MeterRegistry registry) {
        return limits(settings.upstreams()).pool(new PoolMetrics(registry));
    }

    private static UpstreamLimits limits(UpstreamSettings settings) {
        UpstreamLimits usual = UpstreamLimits.DEFAULT;
        return new UpstreamLimits(settings.connectTimeout(), settings.connections(), settings.queue(), settings.queueTimeout(),
                settings.idleTimeout(), usual.maxLife(), usual.eviction(), settings.nameTtl(), usual.maxHeaderBytes());
    }

    @Bean
    ClientTls clientTls() {
        return new ClientTls();
    }

    @Bean
    UpstreamClients upstreamClients(ConnectionProvider connections, GatewaySettings settings, ClientTls tls) {
        return new UpstreamClients(new ClientsByLink(bounded(connections, settings), tls, UnaryOperator.identity()),
                // A socket keeps its connection, so it takes none of the pool's.
                new ClientsByLink(bounded(ConnectionProvider.newConnection(), settings).protocol(HttpProtocol.HTTP11), tls,
                        client -> client.doOnChannelInit(
                                (_, channel, _) -> UpstreamSwitch.watch(channel.pipeline(), NettyPipeline.HttpCodec,
                                        Framing.INTERIM,
                                        NettyPipeline.ResponseTimeoutHandler))));
    }

    private static HttpClient bounded(ConnectionProvider connections, GatewaySettings settings) {
        return limits(settings.upstreams())
                .bounded(HttpClient.create(connections).followRedirect(false).compress(false).responseTimeout(LONGEST_PAUSE));
    }

    @Bean
    HostFilters hostFilters() {
        return new HostFilters(new NettyWriteResponseFilter(FLUSHED_AT_ONCE, only(List.of(new CallTrailers()))));
    }

    @Bean
    UpstreamGuard upstreamGuard(Timer timer, Clock clock) {
        return new UpstreamGuard(timer, clock, bound -> ThreadLocalRandom.current().nextInt(bound));
    }

    @Bean
    Upstreams upstreams(Clock clock, MeterRegistry registry, Discovery discovery) {
        return new Upstreams(clock, bound -> ThreadLocalRandom.current().nextInt(bound), new UpstreamMetrics(registry),
                discovery::instances);
    }

    @Bean
    Discovery discovery(GatewaySettings settings, ObjectProvider<DiscoveryClient> client, MeterRegistry registry) {
        Discovery discovery = new Discovery(new SpringRegistry(Optional.ofNullable(client.getIfAvailable())),
                settings.upstreams().discoveryEvery());
        FunctionCounter.builder("gatehouse.discovery.failures", discovery, Discovery::failures)
                .description("How often the instances of a service were not told").register(registry);
        return discovery;
    }

    @Bean
    Arrivals arrivals(GatewaySettings settings, SpanPolicy spans, Clock clock) {
        return new Arrivals(TrustedProxies.of(settings.trustedProxies()), settings.connections().proxyProtocol(), spans, clock,
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
    GatewayRoutes gatewayRoutes(Arrivals arrivals, ApplicationAvailability availability, HostFilters host,
            Authenticator authenticator,
            RateLimiter limiter, Upstreams upstreams, UpstreamGuard guard, Assertions assertions, Departures departures,
            Clock clock, Timer timer,
            LoopDelays loops, Mirrors mirrors, UpstreamClients clients, WebSockets webSockets, Draining draining) {
        return new GatewayRoutes(arrivals, new Probes(availability), new KeySetPage(assertions), host,
                new Stages(WindowRateLimiter.local(clock, timer, new SimpleMeterRegistry()), authenticator, limiter,
                        new Concurrencies(), upstreams, clients, mirrors, guard, assertions, webSockets, loops),
                departures, loops, draining);
    }

    @Bean
    Sockets sockets(Timer timer) {
        return new Sockets(timer, System::nanoTime);
    }

    @Bean
    Draining draining(GatewaySettings settings, Sockets sockets) {
        return new Draining(settings.drain().grace(), sockets);
    }

    @Bean
    WebSockets webSockets(Sockets sockets, Revocations revocations, MeterRegistry registry, Clock clock) {
        return new WebSockets(sockets, revocations, new SocketMetrics(registry), clock);
    }

    @Bean
    LoopDelays loopDelays(GatewaySettings settings) {
        return new LoopDelays(settings.shedDelay(), System::nanoTime, bound -> ThreadLocalRandom.current().nextInt(bound));
    }

    /// Its pool is its own and closes with the process.
    @Bean
    Mirrors mirrors(GatewaySettings settings, MeterRegistry registry) {
        UpstreamLimits limits = limits(settings.upstreams());
        Mirrors mirrors = new Mirrors(limits.bounded(HttpClient.create(limits.pool())),
                bound -> ThreadLocalRandom.current().nextInt(bound));
        FunctionCounter.builder("gatehouse.mirrored", mirrors, Mirrors::sent).tag("result", "sent").register(registry);
        FunctionCounter.builder("gatehouse.mirrored", mirrors, Mirrors::failed).tag("result", "failed").register(registry);
        FunctionCounter.builder("gatehouse.mirrored", mirrors, Mirrors::leftOut).tag("result", "left_out").register(registry);
        FunctionCounter.builder("gatehouse.mirrored", mirrors, Mirrors::tooLong).tag("result", "too_long").register(registry);
        return mirrors;
    }

    @Bean
    HealthProbes healthProbes(GatewaySettings settings, Timer timer) {
        return new HealthProbes(limits(settings.upstreams()).bounded(HttpClient.create(ConnectionProvider.newConnection())),
                timer,
                bound -> ThreadLocalRandom.current().nextInt(bound));
    }

    @Bean
    LiveRoutes liveRoutes(Issuers issuers, GatewayRoutes gateway, Upstreams upstreams, HealthProbes probes, Discovery discovery) {
        return new LiveRoutes(issuers, gateway, upstreams, probes, discovery);
    }

    @Bean
    ClientConnections clientConnections(GatewaySettings settings, Clock clock, Departures departures) {
        return new ClientConnections(settings, clock, departures);
    }

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> connectionHandlers(ClientConnections connections,
            Optional<ServerTls> tls) {
        return factory -> factory.addServerCustomizers(server -> connections.secured(server, tls));
    }

    @Bean
    HttpsRedirect httpsRedirect(GatewaySettings settings, ClientConnections connections) {
        return new HttpsRedirect(settings.address(), settings.redirect(), connections::plain);
    }

    private static <T> ObjectProvider<T> only(T value) {
        return new ObjectProvider<>() {
            @Override
            public T getObject() {
                return value;
            }
        };
    }
}
