package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2StreamChannel;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

import dev.gatehouse.gateway.framing.Framing;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;

/// What is different for calls of gRPC: both sides may be silent within a call, the caller says how long all of it may take, and trailers carry its
/// result. No state.
final class Calls {

    // Longer than this no caller may bind the gateway; one that says nothing is bound by its route alone.
    private static final Duration LONGEST = Duration.ofDays(1);

    private Calls() {}

    /// Ends a call when its caller's time is over, also in the middle of its answer. It is the caller's choice and says nothing about the upstream: who waits for
    /// a millisecond must not make the gateway leave it alone.
    static Mono<Void> withinItsTime(Visit visit, Mono<Void> answered) {
        Duration patience = visit.received().patience(LONGEST);
        return patience.equals(LONGEST)
                ? answered
                : answered.timeout(patience, Schedulers.fromExecutorService(visit.answer().loop()))
                        .onErrorMap(TimeoutException.class, late -> new Rejection(Code.UPSTREAM_TIMEOUT));
    }

    /// Whether that time is over, though this may not have been noticed yet: its upstream, which knows it too, may be the first to end the call.
    static boolean isTooLate(Visit visit) {
        return visit.received().isCall() && visit.sinceArrival() >= visit.received().patience(LONGEST).toNanos();
    }

    /// The client for a call whose caller says how long it waits: so long may its upstream be silent.
    static HttpClient patient(Visit visit, HttpClient client) {
        Duration patience = visit.received().patience(LONGEST);
        return patience.equals(LONGEST) ? client : Patience.of(client, patience);
    }

    /// What an upstream is told of a call beside what every upstream is.
    static void begin(Visit visit, HttpHeaders outgoing) {
        outgoing.set(HttpHeaderNames.TE, "trailers"); // without it servers take the caller for one that sees no result
        bePatient(visit);
    }

    private static void bePatient(Visit visit) {
        if (visit.channel() instanceof Http2StreamChannel stream) {
            if (visit.answer().loop().inEventLoop()) {
                Framing.bePatient(stream);
            } else {
                visit.answer().loop().execute(() -> Framing.bePatient(stream));
            }
        }
    }
}
