package dev.gatehouse.gateway.pipeline;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.Timer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import dev.gatehouse.gateway.discovery.Discovery;
import dev.gatehouse.gateway.discovery.SpringRegistry;
import dev.gatehouse.gateway.framing.Framing;
import dev.gatehouse.gateway.mirroring.Mirrors;
import dev.gatehouse.gateway.observability.PoolMetrics;
import dev.gatehouse.gateway.observability.UpstreamMetrics;
import dev.gatehouse.gateway.probing.HealthProbes;
import dev.gatehouse.gateway.resilience.SteadyClock;
import dev.gatehouse.gateway.resilience.UpstreamGuard;
import dev.gatehouse.gateway.resilience.UpstreamLimits;
import dev.gatehouse.gateway.settings.Environment;
import dev.gatehouse.gateway.settings.GatewaySettings;
import dev.gatehouse.gateway.settings.UpstreamSettings;
import dev.gatehouse.gateway.tls.ClientTls;
import dev.gatehouse.gateway.upstream.OwnAddresses;
import dev.gatehouse.gateway.upstream.Upstreams;
import dev.gatehouse.gateway.websocket.UpstreamSwitch;

/// How upstreams are reached: connections, the ways of speaking on them, and what watches over them.
@Configuration(proxyBeanMethods = false)
class UpstreamConfiguration {

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
        UpstreamLimits limits = limits(settings.upstreams());
        return new UpstreamClients(new ClientsByLink(bounded(connections, settings), tls, UnaryOperator.identity()),
                new ClientsByLink(bounded(limits.once(), settings).keepAlive(false), tls, UnaryOperator.identity()),
                // A socket keeps its connection, so it takes none of the pool's.
                new ClientsByLink(bounded(ConnectionProvider.newConnection(), settings).protocol(HttpProtocol.HTTP11), tls,
                        client -> client.doOnChannelInit(
                                (_, channel, _) -> UpstreamSwitch.watch(channel.pipeline(), NettyPipeline.HttpCodec,
                                        Framing.INTERIM,
                                        NettyPipeline.ResponseTimeoutHandler))),
                // Their pools are their own and close with the process.
                new ClientsByLink(limits.bounded(HttpClient.create(limits.pool())).followRedirect(false), tls,
                        UnaryOperator.identity()),
                new ClientsByLink(limits.bounded(HttpClient.create(limits.once())).followRedirect(false), tls,
                        client -> client.keepAlive(false)),
                settings.upstreams().queue());
    }

    private static HttpClient bounded(ConnectionProvider connections, GatewaySettings settings) {
        return limits(settings.upstreams())
                .bounded(HttpClient.create(connections).followRedirect(false).compress(false)
                        .responseTimeout(settings.upstreams().pause())
                        .doOnChannelInit((_, channel, _) -> KeepAlive.begin(channel)));
    }

    @Bean
    UpstreamMetrics upstreamMetrics(MeterRegistry registry) {
        return new UpstreamMetrics(registry);
    }

    /// A wall clock that is set back must not keep an upstream out for as long. Guard and upstreams go by the same.
    @Bean(defaultCandidate = false)
    Clock steadyClock(Clock clock) {
        return new SteadyClock(clock, System::nanoTime);
    }

    @Bean
    UpstreamGuard upstreamGuard(Timer timer, @Qualifier("steadyClock") Clock steady, UpstreamMetrics metrics) {
        return new UpstreamGuard(timer, steady, bound -> ThreadLocalRandom.current().nextInt(bound), metrics);
    }

    @Bean
    Upstreams upstreams(@Qualifier("steadyClock") Clock steady, UpstreamMetrics metrics, Discovery discovery) {
        return new Upstreams(steady, bound -> ThreadLocalRandom.current().nextInt(bound), metrics, discovery::instances);
    }

    @Bean
    Discovery discovery(GatewaySettings settings, Environment environment, ObjectProvider<DiscoveryClient> client,
            MeterRegistry registry) {
        Discovery discovery = new Discovery(
                new SpringRegistry(Optional.ofNullable(client.getIfAvailable()), OwnAddresses.of(environment::get)),
                settings.upstreams().discoveryEvery());
        FunctionCounter.builder("gatehouse.discovery.failures", discovery, Discovery::failures)
                .description("How often the instances of a service were not told").register(registry);
        return discovery;
    }

    @Bean
    Mirrors mirrors(MeterRegistry registry) {
        Mirrors mirrors = new Mirrors(bound -> ThreadLocalRandom.current().nextInt(bound));
        FunctionCounter.builder("gatehouse.mirrored", mirrors, Mirrors::sent).tag("result", "sent").register(registry);
        FunctionCounter.builder("gatehouse.mirrored", mirrors, Mirrors::failed).tag("result", "failed").register(registry);
        FunctionCounter.builder("gatehouse.mirrored", mirrors, Mirrors::leftOut).tag("result", "left_out").register(registry);
        FunctionCounter.builder("gatehouse.mirrored", mirrors, Mirrors::tooLong).tag("result", "too_long").register(registry);
        return mirrors;
    }

    @Bean
    HealthProbes healthProbes(UpstreamClients clients, Timer timer) {
        return new HealthProbes(clients::forProbes, timer, bound -> ThreadLocalRandom.current().nextInt(bound));
    }
}
