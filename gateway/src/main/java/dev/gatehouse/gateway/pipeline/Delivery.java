package dev.gatehouse.gateway.pipeline;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
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
    private int status;
    private HttpHeaders fields = EmptyHttpHeaders.INSTANCE;

    Delivery(Visit visit, RouteSpec route, OutgoingRequest request, HttpClient client) {
        this.visit = visit;
        this.route = route;
        this.request = request;
        this.client = client;
    }

    @Override
    public Mono<Void> to(Instance instance, Attempted attempt) {
        visit.answer().forget(); // what is left of the attempt before
        visit.goesTo(instance);
        return UpstreamCalls.call(request.by(client), request,
                UpstreamAddress.of(instance.address(), visit.rawPath(), route.stripPrefix(), visit.query()),
                (answer, connection) -> came(answer, connection, attempt));
    }

    /// The answer's header section is there. It may be that the deadline passes at this moment, on another thread, which then writes the client's.
    private void came(HttpClientResponse answer, Connection connection, Attempted attempt) {
        status = answer.status().code();
        fields = answer.responseHeaders();
        visit.answer().comesFrom(answer, connection);
        if (attempt.isOver()) {
            visit.answer().forget();
        } else if (status >= 502 && status <= 504 && request.isRepeatable() && attempt.goesElsewhere()) {
            throw UpstreamFailure.unavailable(); // another instance may mend it
        } else {
            Patience.withEvents(fields, connection);
        }
    }

    /// Puts the answer's header section in front of the client's, when the call has ended well; the body follows.
    void pass() {
        visit.isAnswered();
        visit.answer().status(status);
        visit.answer().passFields(route, visit, fields);
    }

    @Override
    public int status() {
        return status;
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
