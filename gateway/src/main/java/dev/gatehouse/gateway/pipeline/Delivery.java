package dev.gatehouse.gateway.pipeline;

import java.util.Map;
import java.util.function.BooleanSupplier;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

import dev.gatehouse.gateway.resilience.Forwarding;
import dev.gatehouse.gateway.resilience.Retries;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.UpstreamAddress;
import dev.gatehouse.gateway.upstream.Instance;

/// Hands one request to the host's HTTP client, as often as it takes. Used by one attempt after the other.
final class Delivery implements Forwarding {

    private final Visit visit;
    private final RouteSpec route;
    private final HostExchange outgoing;
    private final OutgoingRequest request;
    private final GatewayFilterChain client;
    private boolean begun;

    Delivery(Visit visit, RouteSpec route, HostExchange outgoing, OutgoingRequest request, GatewayFilterChain client) {
        this.visit = visit;
        this.route = route;
        this.outgoing = outgoing;
        this.request = request;
        this.client = client;
    }

    @Override
    public Mono<Void> to(Instance instance, BooleanSupplier other) {
        Map<String, Object> attributes = outgoing.getAttributes();
        if (begun) {
            forget(attributes);
        }
        begun = true;
        visit.goesTo(instance);
        if (request.isRepeatable()) {
            attributes.put(AnswerFields.ELSEWHERE, other);
        }
        attributes.put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR,
                UpstreamAddress.of(instance.address(), visit.rawPath(), route.stripPrefix(), visit.query()));
        return client.filter(outgoing);
    }

    /// Takes back what the host has noted of the attempt before, and closes its connection if there is one.
    private static void forget(Map<String, Object> attributes) {
        attributes.remove(ServerWebExchangeUtils.GATEWAY_ALREADY_ROUTED_ATTR);
        attributes.remove(ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR);
        attributes.remove(ServerWebExchangeUtils.ORIGINAL_RESPONSE_CONTENT_TYPE_ATTR);
        if (attributes.remove(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR) instanceof Connection connection) {
            connection.dispose();
        }
    }

    @Override
    public int answered() {
        visit.isAnswered();
        return visit.status();
    }

    @Override
    public boolean repeatable() {
        return request.isRepeatable();
    }

    @Override
    public Retries retries() {
        return route.protection().retries();
    }
}
