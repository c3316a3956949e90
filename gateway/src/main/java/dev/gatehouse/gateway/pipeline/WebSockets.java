package dev.gatehouse.gateway.pipeline;

import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.Revocations;
import dev.gatehouse.gateway.browser.PageFields;
import dev.gatehouse.gateway.concurrency.Concurrencies;
import dev.gatehouse.gateway.concurrency.ConcurrencySpec;
import dev.gatehouse.gateway.concurrency.Entry;
import dev.gatehouse.gateway.observability.SocketMetrics;
import dev.gatehouse.gateway.refusal.Refusals;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.websocket.Ending;
import dev.gatehouse.gateway.websocket.Handshake;
import dev.gatehouse.gateway.websocket.SocketSpec;
import dev.gatehouse.gateway.websocket.Sockets;
import dev.gatehouse.gateway.websocket.Warrant;

/// What is different about a request that asks for a WebSocket, and the socket itself once the upstream has agreed. Thread-safe.
final class WebSockets {

    private final Sockets sockets;
    private final Revocations revocations;
    private final SocketMetrics metrics;
    private final Clock clock;
    private final Concurrencies places = new Concurrencies();

    WebSockets(Sockets sockets, Revocations revocations, SocketMetrics metrics, Clock clock) {
        this.sockets = sockets;
        this.revocations = revocations;
        this.metrics = metrics;
        this.clock = clock;
    }

    /// Forgets what was counted of routes other than these.
    void keep(Set<String> routes) {
        places.keep(routes);
        metrics.keep(routes);
    }

    /// Notes down what the client asks for, where the route has sockets; elsewhere the request goes on as one that asks for none.
    static void ask(Visit visit, RouteSpec route) {
        if (route.websocket().isEmpty() || !PageFields.isHandshake(visit.received()::fields)) {
            return;
        }
        switch (Handshake.read(visit.received().method(), visit.received().isHttp11(), visit.received()::fields)) {
            case Handshake.Asked asked -> visit.asks(asked);
            case Handshake.Malformed(String why) -> {
                visit.because(why);
                throw Refusals.handshake();
            }
        }
    }

    /// Takes one of the user's places.
    void enter(Visit visit, RouteSpec route, SocketSpec spec, String user) {
        switch (places.of(route.id()).enter(new ConcurrencySpec(ConcurrencySpec.ANY, spec.perUser()), user)) {
            case Entry.Entered place -> visit.holds(place);
            case Entry.RouteFull _,Entry.UserFull _ -> {
                visit.because("has as many WebSockets as each user may have");
                throw Refusals.tooManyAtOnce();
            }
        }
    }

    /// Once the upstream has answered: lives as long as the socket, if it agreed; else there is nothing to do but to pass its answer on.
    ///
    /// @param proof judges the caller as a request of now would be, on the connection's loop
    Mono<Void> open(Visit visit, RouteSpec route, SocketSpec spec, Caller caller, Mono<Caller> proof) {
        Answer answer = visit.answer();
        if (answer.status() != HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
            return answer.pass();
        }
        Connection upstream = answer.takeConnection().orElse(null);
        if (upstream == null) {
            return Mono.empty();
        }
        Channel client = answer.channel();
        AtomicBoolean begun = new AtomicBoolean();
        return Mono.defer(() -> {
            if (!client.isActive()) {
                return Mono.empty();
            }
            Sockets.Prepared prepared = sockets.prepare(client, upstream.channel());
            agree(answer.fields());
            boolean extended = answer.fields().contains("Sec-WebSocket-Extensions");
            // The header section goes out ahead of the body, which is the socket's life and has no octets.
            return answer.head().then(Mono.<Void>create(life -> {
                Runnable gone = prepared.begin(spec, extended, warrant(caller, route, proof),
                        (ending, code) -> ended(visit, route, life, ending, code));
                begun.set(true);
                metrics.opened(route.id());
                life.onCancel(gone::run);
            }));
        }).subscribeOn(Schedulers.fromExecutor(client.eventLoop())).doFinally(_ -> {
            if (!begun.get()) {
                upstream.dispose();
            }
        });
    }

    private static void agree(HttpHeaders fields) {
        fields.remove(HttpHeaderNames.TRANSFER_ENCODING);
        fields.remove(HttpHeaderNames.CONTENT_LENGTH);
        fields.set(HttpHeaderNames.UPGRADE, "websocket");
        fields.set(HttpHeaderNames.CONNECTION, "Upgrade");
    }

    private Warrant warrant(Caller caller, RouteSpec route, Mono<Caller> proof) {
        return caller instanceof Caller.Authenticated known
                ? new SocketWarrant(known, route.access(), proof, revocations, clock)
                : Optional::empty;
    }

    private void ended(Visit visit, RouteSpec route, MonoSink<Void> life, Ending ending, int code) {
        visit.because("websocket: " + ending.label() + ", " + code);
        metrics.closed(route.id(), ending.label());
        life.success();
    }
}
