package dev.gatehouse.gateway.pipeline;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import dev.gatehouse.gateway.path.PathPolicy;
import dev.gatehouse.gateway.path.PathVerdict;
import dev.gatehouse.gateway.problem.Problem;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.problem.Reply;
import dev.gatehouse.gateway.redirect.Location;

/// Answers plain requests with 308 and the same address on https (RFC 9110 §15.4.9), which keeps method and body. A request's own `Host` says where to, as a
/// browser sent it; nothing else of a request can choose another place. Their ends are told like those of all requests. Thread-safe.
final class Redirects {

    private static final Rejection.Field NO_STORE = new Rejection.Field("Cache-Control", "no-store");
    private static final List<Rejection.Field> CLOSING = List.of(new Rejection.Field("Connection", "close"));

    private final Arrivals arrivals;
    private final Departures departures;
    private final int port;

    /// @param port of https, as clients see it
    Redirects(Arrivals arrivals, Departures departures, int port) {
        this.arrivals = arrivals;
        this.departures = departures;
        this.port = port;
    }

    Mono<Void> answer(HttpServerRequest received, HttpServerResponse response) {
        Visit visit = arrivals.visit(received, response);
        return Mono.defer(() -> answer(visit))
                .doFinally(signal -> departures.left(visit, signal != SignalType.ON_COMPLETE));
    }

    private Mono<Void> answer(Visit visit) {
        if (PathPolicy.check(visit.received().target(), visit.received().host()) instanceof PathVerdict.Clean clean) {
            visit.at(clean);
        }
        return visit.answer()
                .is(switch (Location.of(visit.received().target(), visit.received().fields(HttpHeaderNames.HOST), port)) {
                    case Location.Known known -> Reply.empty(308, NO_STORE, new Rejection.Field("Location", known.address()));
                    case Location.Refused refused -> {
                        visit.because(refused.why());
                        visit.refused(new Rejection(refused.code(), CLOSING));
                        yield new Problem(refused.code(), visit.origin().requestId()).reply(CLOSING);
                    }
                });
    }
}
