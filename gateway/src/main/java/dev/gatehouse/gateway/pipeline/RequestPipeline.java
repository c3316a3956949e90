package dev.gatehouse.gateway.pipeline;

import java.util.List;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

import dev.gatehouse.gateway.assertion.Audience;
import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Decision;
import dev.gatehouse.gateway.concurrency.Concurrency;
import dev.gatehouse.gateway.concurrency.ConcurrencySpec;
import dev.gatehouse.gateway.concurrency.Entry;
import dev.gatehouse.gateway.identity.BackendHeaders;
import dev.gatehouse.gateway.loop.Home;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.ratelimit.Admission;
import dev.gatehouse.gateway.ratelimit.LimitSubject;
import dev.gatehouse.gateway.ratelimit.RateLimitFields;
import dev.gatehouse.gateway.refusal.Refusals;
import dev.gatehouse.gateway.resilience.Upload;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.upstream.Balance;
import dev.gatehouse.gateway.upstream.Hashing;
import dev.gatehouse.gateway.upstream.Link;
import dev.gatehouse.gateway.upstream.Upstream;
import dev.gatehouse.gateway.websocket.Handshake;

/// The life of a request on one route, in one method. Thread-safe; one instance per route, made when the route is loaded.
///
/// Every stage says no with a [Rejection]; none ends without a value, which would look like an empty success.
final class RequestPipeline {

    private final RouteSpec route;
    private final Stages stages;
    private final Callers callers;
    private final Upstream upstream;
    private final Concurrency concurrency;
    private final Mirroring mirroring;
    private final String policy;
    private final boolean ratesVary;
    private final boolean speaksTwo;
    private final long limitsMayWait;
    private final HttpClient client;
    private final HttpClient fresh;
    private final HttpClient clientOfSockets;
    private final Audience audience;
    private final Audience mirror;

    RequestPipeline(RouteSpec route, Stages stages) {
        this.route = route;
        this.stages = stages;
        this.callers = new Callers(route, stages);
        this.mirroring = new Mirroring(route, stages.mirrors(), stages.clients().forMirrors(route.upstream().link()));
        this.concurrency = stages.concurrencies().of(route.id());
        this.upstream = stages.upstreams().of(route.upstream());
        this.client = Patience.of(stages.clients().of(route.upstream().link()), route.protection().timeout());
        this.fresh = Patience.of(stages.clients().afresh(route.upstream().link()), route.protection().timeout());
        this.clientOfSockets = Patience.of(stages.clients().forSockets(route.upstream().link()), route.protection().timeout());
        this.audience = new Audience(route.id());
        this.mirror = Audience.mirrorOf(route.id());
        this.policy = RateLimitFields.policy(route.limits());
        this.speaksTwo = route.upstream().link().protocol() != Link.Protocol.HTTP1;
        this.limitsMayWait = route.limits().isEmpty() ? 0 : stages.limiter().patience().toNanos();
        this.ratesVary = route.limits().stream().anyMatch(limit -> !limit.rates().isEmpty());
    }

    /// Whether what it was made of is what a new one would be made of; asked when routes were exchanged and the route is the same.
    @SuppressWarnings("ReferenceEquality") // an upstream counts what it is asked: the very same or none
    boolean isOfUse(Stages now) {
        return upstream == now.upstreams().of(route.upstream());
    }

    /// Authenticates, authorizes, admits and forwards, or says why not.
    Mono<Void> filter(Visit visit) {
        WebSockets.ask(visit, route);                                   // 400
        return callers.of(visit)                                        // 400, 401, 403, 503
                .map(caller -> authorize(visit, caller))                // 401, 403
                .flatMap(caller -> admit(visit, caller))                // 413, 429
                .flatMap(caller -> forward(visit, caller));             // 413, 502, 503, 504
    }

    private Caller authorize(Visit visit, Caller caller) {
        visit.cameFrom(caller);
        return switch (route.access().decide(caller, visit.arrived())) {
            case Decision.Allowed _ -> caller;
            case Decision.SignInNeeded _ -> throw Refusals.signInNeeded();
            case Decision.CertificateNeeded _ -> throw Refusals.certificateNeeded();
            case Decision.StepUpNeeded stepUp -> throw refused(visit, caller, Refusals.stepUp(stepUp));
            case Decision.Denied denied -> throw refused(visit, caller, Refusals.denied(denied.missingScopes()));
        };
    }

    /// The access log, and only that, learns which conditions failed.
    private Rejection refused(Visit visit, Caller caller, Rejection rejection) {
        visit.because("needs " + String.join("; ", route.access().unmet(caller, visit.arrived())));
        return rejection;
    }

    private Mono<Caller> admit(Visit visit, Caller caller) {
        if (visit.received().declaredLength() > route.protection().maxBody()) {
            return Mono.error(new Rejection(Code.REQUEST_TOO_LARGE));
        }
        enter(visit, caller);
        if (route.limits().isEmpty()) {
            return Mono.just(caller);
        }
        LimitSubject subject = new LimitSubject(route.id(), caller, visit.origin().clientAddress(), visit.received()::firstField);
        return stages.limiter().admit(route.limits(), subject).map(admission -> {
            if (admission.alone()) {
                visit.answersWith(RateLimitFields.MODE, "local");
            }
            return switch (admission) {
                case Admission.Admitted admitted -> {
                    visit.isLimited(policy(visit, caller), admitted.standings());
                    yield caller;
                }
                case Admission.Exceeded exceeded -> throw Refusals.exceeded(exceeded, policy(visit, caller));
            };
        });
    }

    /// Before the limits, so that a request that finds no place has used up nothing.
    private void enter(Visit visit, Caller caller) {
        if (visit.socket() != null) {
            stages.sockets().enter(visit, route, route.websocket().orElseThrow(), user(visit, caller));
        }
        ConcurrencySpec spec = route.concurrency();
        if (spec.equals(ConcurrencySpec.NONE)) {
            return;
        }
        switch (concurrency.enter(spec, user(visit, caller))) {
            case Entry.Entered place -> visit.holds(place);
            case Entry.RouteFull _ -> throw Refusals.busy();
            case Entry.UserFull _ -> throw Refusals.tooManyAtOnce();
        }
    }

    private static String user(Visit visit, Caller caller) {
        return caller instanceof Caller.Authenticated known
                ? known.issuerId() + ' ' + known.subject()
                : LimitSubject.network(visit.origin().clientAddress());
    }

    private String policy(Visit visit, Caller caller) {
        return ratesVary
                ? RateLimitFields.policy(route.limits().stream().map(limit -> limit.at(caller, visit.arrived())).toList())
                : policy;
    }

    private Mono<Void> forward(Visit visit, Caller caller) {
        Upload upload = visit.received().hasBody() ? stages.guard().upload() : Upload.NONE;
        HttpHeaders fields = backendHeaders(visit, caller, audience, route.forwardToken());
        boolean call = speaksTwo && visit.received().isCall();
        boolean trailers = call || visit.takesTrailers();
        if (call) {
            Calls.begin(visit, fields);
        } else if (trailers) {
            askForTrailers(fields);
        }
        OutgoingRequest request = new OutgoingRequest(visit.received(), fields, upload,
                route.protection().maxBody(), route.protection().retries().repeat(visit.received().method()));
        List<String> announced = visit.received().announcedTrailers();
        if (!announced.isEmpty()) {
            RequestTrailers.of(visit, announced, fields).ifPresent(request::ends);
        }
        visit.becomes(request);
        stages.loops().took(visit.own(route.issuers().introspecting().isPresent(), limitsMayWait));
        Handshake.Asked socket = visit.socket();
        if (socket != null) {
            socket.write(fields::set);
        } else if (mirroring.wantsNext()) {
            mirroring.copy(visit, request, backendHeaders(visit, caller, mirror, false));
        }
        HttpClient sender = call ? Calls.patient(visit, client) : socket == null ? client : clientOfSockets;
        Delivery delivery = new Delivery(visit, route, request, sender, speaksTwo || socket != null ? sender : fresh,
                speaksTwo ? stages.clients().streamQueue() : Delivery.POOLS_OWN);
        Mono<Void> answered = stages.guard().around(upstream, key(visit, caller), route.protection().timeout(), upload, delivery);
        return (call ? Home.here().tells(answered) : answered).then(Mono.defer(() -> {
            delivery.pass();
            if (trailers) {
                visit.answer().passTrailers();
            }
            return socket == null
                    ? visit.answer().pass()
                    : stages.sockets().open(visit, route, route.websocket().orElseThrow(), caller,
                            Mono.defer(() -> callers.of(visit))
                                    .subscribeOn(Schedulers.fromExecutor(visit.answer().loop())));
        }));
    }

    /// As the client has said it to the gateway; in HTTP/1.1 this is for the next hop only and says so (RFC 9110 §10.1.4).
    private void askForTrailers(HttpHeaders outgoing) {
        outgoing.set(HttpHeaderNames.TE, "trailers");
        if (!speaksTwo) {
            outgoing.set(HttpHeaderNames.CONNECTION, "TE");
        }
    }

    /// What decides where the same requests go to the same instance.
    private long key(Visit visit, Caller caller) {
        return switch (upstream.spec().balance()) {
            case Balance.LeastBusy _,Balance.RoundRobin _ -> 0;
            case Balance.ByUser _ -> caller instanceof Caller.Authenticated known
                    ? Hashing.of(known.issuerId(), known.subject())
                    : Hashing.of(visit.origin().clientAddress());
            case Balance.ByHeader(String name) ->
                Hashing.of(visit.received().firstField(name).orElse(visit.origin().clientAddress()));
        };
    }

    private HttpHeaders backendHeaders(Visit visit, Caller caller, Audience reader, boolean forwardToken) {
        HttpHeaders fields = new DefaultHttpHeaders();
        BackendHeaders.write(visit.origin(), caller, assertion(caller, reader), forwardToken,
                route.issuers().secretCookies(), (name, value) -> fields.add(FieldNames.of(name), value));
        return fields;
    }

    private String assertion(Caller caller, Audience reader) {
        return route.assertion() && caller instanceof Caller.Authenticated known
                ? stages.assertions().of(known, reader)
                : BackendHeaders.NO_ASSERTION;
    }
}
