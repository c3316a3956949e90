package dev.gatehouse.gateway.operator;

import java.time.Clock;

import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.authentication.Authenticator;
import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.explain.Explainer;
import dev.gatehouse.gateway.identity.InboundRequests;
import dev.gatehouse.gateway.identity.SpanPolicy;
import dev.gatehouse.gateway.identity.TrustedProxies;
import dev.gatehouse.gateway.routes.RouteWatcher;
import dev.gatehouse.gateway.settings.GatewaySettings;

/// The part of the management port that is ours. Named in `META-INF/spring/…ManagementContextConfiguration.imports`, and without an annotation that would let
/// the application's own scan find it: it belongs to the management port's context and to no other.
final class OperatorConfiguration {

    @Bean
    RouterFunction<ServerResponse> operatorEndpoints(RouteWatcher watcher, Issuers issuers, Authenticator authenticator,
            Assertions assertions, GatewaySettings settings, SpanPolicy spans, Clock clock) {
        InboundRequests requests = new InboundRequests(TrustedProxies.of(settings.trustedProxies()), spans, clock);
        return new OperatorEndpoints(new Explainer(() -> watcher.state().routes(), authenticator, requests, clock),
                settings.tls().isPresent(), new RouteListing(watcher), new IssuerListing(issuers, clock), issuers::refresh,
                assertions).routes();
    }

    @Bean
    WebFilter managementGuard(GatewaySettings settings) {
        return new ManagementGuard(LocalNames.of(settings.managementAddress(), settings.managementHosts()));
    }
}
