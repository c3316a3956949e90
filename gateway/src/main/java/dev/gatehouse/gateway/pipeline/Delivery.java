package dev.gatehouse.gateway.pipeline;

import java.util.function.BooleanSupplier;

import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

import dev.gatehouse.gateway.resilience.Forwarding;
import dev.gatehouse.gateway.resilience.Retries;
import dev.gatehouse.gateway.resilience.UpstreamFailure;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.UpstreamAddress;
import dev.gatehouse.gateway.upstream.Instance;

/// Sends one request to its upstream, as often as it takes. Used by one attempt after the other.
final class Delivery implements Forwarding {

    private final Visit visit;
    private final RouteSpec route;
    private final OutgoingRequest request;
    private final HttpClient client;

    Delivery(Visit visit, RouteSpec route, OutgoingRequest request, HttpClient client) {
        this.visit = visit;
        this.route = route;
        this.request = request;
        this.client = client;
    }

    @Override
    public Mono<Void> to(Instance instance, BooleanSupplier other) {
        visit.answer().forget(); // what is left of the attempt before
        visit.goesTo(instance);
        return UpstreamCalls.call(request.by(client), request,
                UpstreamAddress.of(instance.address(), visit.rawPath(), route.stripPrefix(), visit.query()),
                (answer, connection) -> pass(answer, connection, other));
    }

    /// Puts the answer's header section in front of the client's; the body follows.
    private void pass(HttpClientResponse answer, Connection connection, BooleanSupplier other) {
        visit.answer().comesFrom(answer, connection);
        int status = answer.status().code();
        visit.answer().status(status);
        if (status >= 502 && status <= 504 && request.isRepeatable() && other.getAsBoolean()) {
            throw UpstreamFailure.unavailable(); // another instance may mend it
        }
        Patience.withEvents(answer.responseHeaders(), connection);
        visit.answer().passFields(route, visit, answer.responseHeaders());
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
