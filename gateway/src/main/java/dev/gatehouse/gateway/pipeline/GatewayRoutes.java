package dev.gatehouse.gateway.pipeline;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import dev.gatehouse.gateway.overload.LoopDelays;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.GrpcRefusal;
import dev.gatehouse.gateway.problem.Problem;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.problem.Reply;
import dev.gatehouse.gateway.ratelimit.Admission;
import dev.gatehouse.gateway.ratelimit.LimitSpec;
import dev.gatehouse.gateway.ratelimit.LimitSubject;
import dev.gatehouse.gateway.ratelimit.RateLimitFields;
import dev.gatehouse.gateway.refusal.Refusals;
import dev.gatehouse.gateway.routes.Entrance;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.RouteTable;
import dev.gatehouse.gateway.routes.Routes;

/// Where every request enters: finds its route in the live table and runs that route's [RequestPipeline]. The table is exchanged as a whole; a request keeps the pipeline it began with.
/// Thread-safe.
final class GatewayRoutes implements BiFunction<HttpServerRequest, HttpServerResponse, Mono<Void>> {

    private static final List<Rejection.Field> CLOSING = List.of(new Rejection.Field("Connection", "close"));

    private final Arrivals arrivals;
    private final Probes probes;
    private final KeySetPage keySet;
    private final Stages stages;
    private final Departures departures;
    private final LoopDelays loops;
    private final Draining draining;

    private volatile Live live = new Live(Routes.NONE.table(), new IdentityHashMap<>(), List.of());

    GatewayRoutes(Arrivals arrivals, Probes probes, KeySetPage keySet, Stages stages, Departures departures,
            LoopDelays loops, Draining draining) {
        this.arrivals = arrivals;
        this.probes = probes;
        this.keySet = keySet;
        this.stages = stages;
        this.departures = departures;
        this.loops = loops;
        this.draining = draining;
    }

    /// Makes ready what serves these routes, whose upstreams are in place. Whatever can fail does so here, and leaves the table as it is.
    ///
    /// @return exchanges the whole table; requests in flight end as they began
    Runnable prepare(Routes routes) {
        Live next = new Live(routes.table(), pipelines(routes), routes.arrivals().map(List::of).orElse(List.of()));
        return () -> exchange(routes, next);
    }

    private void exchange(Routes routes, Live next) {
        live = next;
        Set<String> ids = routes.routes().stream().map(RouteSpec::id).collect(Collectors.toSet());
        stages.concurrencies().keep(ids);
        stages.sockets().keep(ids);
        stages.clients().keep(routes.routes().stream().map(route -> route.upstream().link()).collect(Collectors.toSet()));
        departures.keep(ids);
    }

    /// A route of which the file says what it said before is the very same object, and goes on with what was made of it.
    private IdentityHashMap<RouteSpec, RequestPipeline> pipelines(Routes routes) {
        IdentityHashMap<RouteSpec, RequestPipeline> before = live.pipelines();
        IdentityHashMap<RouteSpec, RequestPipeline> now = new IdentityHashMap<>(routes.routes().size());
        for (RouteSpec route : routes.routes()) {
            RequestPipeline same = before.get(route);
            now.put(route, same != null && same.isOfUse(stages) ? same : new RequestPipeline(route, stages));
        }
        return now;
    }

    @Override
    public Mono<Void> apply(HttpServerRequest received, HttpServerResponse response) {
        Visit visit = arrivals.visit(received, response);
        if (draining.isUnderWay()) {
            visit.isLastOfConnection();
        }
        return Mono.defer(() -> serve(visit)).onErrorResume(failure -> refuse(visit, failure))
                .doFinally(signal -> departures.left(visit, signal != SignalType.ON_COMPLETE));
    }

    private Mono<Void> serve(Visit visit) {
        if (visit.received().isHostUnclear()) {
            return refusal(visit, Code.REQUEST_MALFORMED, "no, several or empty Host fields");
        }
        if (loops.refuse() && !isOwn(visit)) {
            return Mono.error(Refusals.busy());
        }
        Live now = live;
        return now.arrivals().isEmpty() || isOwn(visit)
                ? enter(visit, now)
                : admit(visit, now.arrivals()).flatMap(_ -> enter(visit, now));
    }

    private static boolean isOwn(Visit visit) {
        String target = visit.received().target();
        int query = target.indexOf('?');
        return Entrance.isOwn(query < 0 ? target : target.substring(0, query));
    }

    /// A flood of requests from one address is turned away before it costs more than being read.
    private Mono<Admission> admit(Visit visit, List<LimitSpec> arrivals) {
        return stages.arrivals().admit(arrivals, LimitSubject.address(visit.origin().clientAddress())).doOnNext(admission -> {
            switch (admission) {
                case Admission.Admitted admitted -> visit.isLimited(RateLimitFields.policy(arrivals), admitted.standings());
                case Admission.Exceeded exceeded -> throw Refusals.exceeded(exceeded, RateLimitFields.policy(arrivals));
            }
        });
    }

    private Mono<Void> enter(Visit visit, Live now) {
        String asked = Pages.preflightFor(visit);
        return asked.isEmpty() ? find(visit, now) : preflight(visit, now, asked);
    }

    /// A browser asks for the route of another method; where that route leaves the answer to its backend, the question is a request like any other.
    private Mono<Void> preflight(Visit visit, Live now, String asked) {
        if (Entrance.of(now.table(), asked, visit.received().target(), visit.received().host(),
                visit.received().hostName()) instanceof Entrance.Taken taken
                && taken.route().browser().cors().isPresent()) {
            visit.at(taken.target());
            visit.took(taken.route());
            return Pages.answerPreflight(visit, taken.route().browser().cors().get());
        }
        return find(visit, now);
    }

    private Mono<Void> find(Visit visit, Live now) {
        return switch (Entrance.of(now.table(), visit.received().method(), visit.received().target(), visit.received().host(),
                visit.received().hostName())) {
            case Entrance.Taken taken -> forward(visit.at(taken.target()), taken.route(), now);
            case Entrance.Own own -> answer(visit.at(own.target()));
            case Entrance.Ambiguous ambiguous -> refusal(visit, Code.REQUEST_AMBIGUOUS_PATH, ambiguous.why());
            case Entrance.Malformed malformed -> refusal(visit, Code.REQUEST_MALFORMED, malformed.why());
            case Entrance.NoMethod no -> {
                visit.at(no.target());
                yield Mono.error(Refusals.methodNotAllowed(no.allow()));
            }
            case Entrance.NoRoute no -> {
                visit.at(no.target());
                yield Mono.error(new Rejection(Code.ROUTE_NONE));
            }
        };
    }

    private Mono<Void> answer(Visit visit) {
        return KeySetPage.asked(visit.path()) ? keySet.answer(visit) : probes.answer(visit);
    }

    private Mono<Void> forward(Visit visit, RouteSpec route, Live now) {
        visit.took(route);
        Pages.begin(visit, route.browser());
        Mono<Void> answered = Objects.requireNonNull(now.pipelines().get(route)).filter(visit);
        return visit.received().isCall() ? Calls.withinItsTime(visit, answered) : answered;
    }

    /// What cannot be read in one way only ends the connection: whatever stands behind it on the same connection is not looked at.
    private static Mono<Void> refusal(Visit visit, Code code, String why) {
        visit.because(why);
        return Mono.error(new Rejection(code, CLOSING));
    }

    /// Renders a stage's refusal; anything else is a fault of ours or of the upstream's.
    private Mono<Void> refuse(Visit visit, Throwable failure) {
        Rejection rejection = Refusals.of(failure);
        Answer answer = visit.answer();
        if (!answer.isBegun() || visit.channel().isActive()) {
            visit.refused(rejection);
        } // else the client has gone, or was dropped, in the middle of its answer: no fault of the upstream's
        answer.forget();
        if (answer.isBegun()) {
            return Mono.error(rejection); // broken off, so that no client takes a part for the whole
        }
        answer.leaveAsItIs(visit.browser());
        Pages.guard(visit, visit.browser());
        Reply reply = visit.received().isCall()
                ? GrpcRefusal.reply(rejection.code(), rejection.fields())
                : new Problem(rejection.code(), visit.origin().requestId()).reply(rejection.fields());
        return answer.is(reply);
    }

    /// What is in place.
    ///
    /// @param pipelines by the very object that the table finds
    /// @param arrivals the limit on each address, or none
    private record Live(RouteTable table, IdentityHashMap<RouteSpec, RequestPipeline> pipelines, List<LimitSpec> arrivals) {}
}
