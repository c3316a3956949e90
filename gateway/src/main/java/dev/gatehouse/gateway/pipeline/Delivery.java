package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

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

    /// The pool bounds its queue by itself, as that of HTTP/1.1 does.
    static final int POOLS_OWN = 0;

    private final Visit visit;
    private final RouteSpec route;
    private final OutgoingRequest request;
    private final HttpClient client;
    private final HttpClient fresh;
    private final int queue;
    private Optional<Kept> kept = Optional.empty();
    private int status;
    private HttpHeaders fields = EmptyHttpHeaders.INSTANCE;

    /// @param fresh opens a connection for each request
    /// @param queue how many may wait for one instance, or [#POOLS_OWN]
    Delivery(Visit visit, RouteSpec route, OutgoingRequest request, HttpClient client, HttpClient fresh, int queue) {
        this.visit = visit;
        this.route = route;
        this.request = request;
        this.client = client;
        this.fresh = fresh;
        this.queue = queue;
    }

    @Override
    public Mono<Void> to(Instance instance, Attempted attempt) {
        visit.goesTo(instance);
        kept = Optional.empty();
        return queue == POOLS_OWN ? send(instance, attempt, this::goesOut) : queued(instance, attempt);
    }

    /// Until a stream is there for it, it has a place in the queue of its instance.
    private Mono<Void> queued(Instance instance, Attempted attempt) {
        if (!instance.queues(queue)) {
            return Mono.error(UpstreamFailure.busy());
        }
        AtomicBoolean waits = new AtomicBoolean(true);
        Runnable goesOn = () -> {
            if (waits.getAndSet(false)) {
                instance.waitsNoMore();
            }
        };
        return send(instance, attempt, connection -> {
            goesOn.run();
            goesOut(connection);
        }).doFinally(_ -> goesOn.run());
    }

    private Mono<Void> send(Instance instance, Attempted attempt, Consumer<Connection> goesOut) {
        return UpstreamCalls.call(request.by(attempt.isAfresh() ? fresh : client), request,
                UpstreamAddress.of(instance.address(), visit.rawPath(), route.stripPrefix(), visit.query()),
                goesOut, (answer, connection) -> came(answer, connection, attempt));
    }

    private void goesOut(Connection connection) {
        kept = Kept.of(connection.channel());
    }

    /// The answer's header section is there. It may be that the deadline passes at this moment, on another thread, which then writes the client's.
    private void came(HttpClientResponse answer, Connection connection, Attempted attempt) {
        status = answer.status().code();
        fields = answer.responseHeaders();
        visit.answer().comesFrom(answer, connection);
        Kept.serves(connection.channel());
        kept = Optional.empty();
        if (attempt.isOver()) {
            visit.answer().forget();
        } else if (status >= 502 && status <= 504 && request.isRepeatable() && attempt.goesElsewhere()) {
            visit.answer().forget();
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
    public boolean wasStale() {
        return kept.filter(Kept::wasStale).isPresent();
    }

    @Override
    public Duration served() {
        return kept.map(Kept::served).orElse(Duration.ZERO);
    }

    @Override
    public boolean isTooLate() {
        return Calls.isTooLate(visit);
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
