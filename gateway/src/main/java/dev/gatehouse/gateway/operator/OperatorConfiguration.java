package dev.gatehouse.gateway.operator;

import java.time.Clock;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.authentication.Authenticator;
import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.explain.Explainer;
import dev.gatehouse.gateway.framing.Framing;
import dev.gatehouse.gateway.identity.InboundRequests;
import dev.gatehouse.gateway.identity.SpanPolicy;
import dev.gatehouse.gateway.proxies.TrustedProxies;
import dev.gatehouse.gateway.reload.RouteWatcher;
import dev.gatehouse.gateway.settings.ConnectionSettings;
import dev.gatehouse.gateway.settings.GatewaySettings;

/// The part of the management port that is ours. Named in `META-INF/spring/…ManagementContextConfiguration.imports`, and without an annotation that would let
/// the application's own scan find it: it belongs to the management port's context and to no other.
final class OperatorConfiguration {

    // Scrapers, probes and operators: few, and none may keep the others out by leaving connections open.
    private static final int MOST_CONNECTIONS = 1_000;

    @Bean
    RouterFunction<ServerResponse> operatorEndpoints(RouteWatcher watcher, Issuers issuers, Authenticator authenticator,
            Assertions assertions, GatewaySettings settings, SpanPolicy spans, Clock clock) {
        InboundRequests requests = new InboundRequests(TrustedProxies.of(settings.trustedProxies(), settings.trustedFields()),
                spans, clock);
        return new OperatorEndpoints(new Explainer(() -> watcher.state().routes(), authenticator, requests, clock),
                settings.tls().isPresent(), new RouteListing(watcher), new IssuerListing(issuers, clock), issuers::refresh,
                assertions).routes();
    }

    /// Requests to this port are read as strictly as others, and its connections are as bounded, and read on (see [Framing]): Spring Boot leaves all of that to its
    /// host's defaults, which stand still now and then.
    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> managementConnections(GatewaySettings settings) {
        ConnectionSettings bounds = settings.connections();
        return factory -> factory
                .addServerCustomizers(server -> server.protocol(HttpProtocol.HTTP11).idleTimeout(bounds.idleTimeout())
                        .maxConnections(MOST_CONNECTIONS)
                        .doOnChannelInit((_, channel, _) -> Framing.watch(channel.pipeline(), NettyPipeline.HttpCodec, bounds)));
    }

    @Bean
    WebFilter managementGuard(GatewaySettings settings) {
        return new ManagementGuard(LocalNames.of(settings.managementAddress(), settings.managementHosts()));
    }
}
