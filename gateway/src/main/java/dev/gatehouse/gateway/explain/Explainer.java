package dev.gatehouse.gateway.explain;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.authentication.Authenticator;
import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Decision;
import dev.gatehouse.gateway.identity.InboundRequest;
import dev.gatehouse.gateway.identity.InboundRequests;
import dev.gatehouse.gateway.path.PathVerdict;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.refusal.Refusals;
import dev.gatehouse.gateway.routes.Entrance;
import dev.gatehouse.gateway.routes.RouteCandidates;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.Routes;
import dev.gatehouse.gateway.websocket.Handshake;

/// Answers questions about requests in the order of traffic (`pipeline.GatewayRoutes`, `pipeline.RequestPipeline`), with the same classes. Counts for
/// no limit and calls no upstream; a token is verified as in traffic, which may wait for its issuer's keys, within their deadline. Thread-safe,
/// never blocks.
public final class Explainer {

    private static final int NEAREST = 5;

    private final Supplier<Routes> routes;
    private final Callers callers;
    private final InboundRequests requests;
    private final Clock clock;

    /// Explains by the routes that `routes` has when asked.
    public Explainer(Supplier<Routes> routes, Authenticator authenticator, InboundRequests requests, Clock clock) {
        this.routes = routes;
        this.callers = new Callers(authenticator);
        this.requests = requests;
        this.clock = clock;
    }

    /// Explains one request; never empty, never fails.
    public Mono<Explanation> explain(Question question) {
        Trail trail = new Trail(question);
        return Mono.defer(() -> enter(question, trail)).onErrorResume(Rejection.class, refused -> Mono.just(trail.end(refused)));
    }

    private Mono<Explanation> enter(Question question, Trail trail) {
        Routes live = routes.get();
        String target = new Reading(question, trail).target();
        InboundRequest inbound = requests.read(question, question.peer(), question.tls(), question.host());
        String host = Entrance.hostName(question.host());
        Browsing browsing = new Browsing(question, inbound, trail);
        String asked = browsing.asksFor();
        if (!asked.isEmpty()
                && Entrance.of(live.table(), asked, target, question.host(), host) instanceof Entrance.Taken taken
                && taken.route().browser().cors().isPresent()) {
            path(trail, taken.target());
            trail.took(taken.route().id());
            return Mono.just(browsing.preflight(taken.route().browser().cors().get()));
        }
        return switch (Entrance.of(live.table(), question.method(), target, question.host(), host)) {
            case Entrance.Ambiguous ambiguous ->
                throw trail.refuses("path", ambiguous.why(), new Rejection(Code.REQUEST_AMBIGUOUS_PATH));
            case Entrance.Malformed malformed ->
                throw trail.refuses("path", malformed.why(), new Rejection(Code.REQUEST_MALFORMED));
            case Entrance.Own own -> {
                path(trail, own.target());
                yield Mono.just(ownAnswer(question.method(), own.target().path(), trail));
            }
            case Entrance.NoRoute no -> {
                path(trail, no.target());
                throw trail.refuses("route", "no route takes " + host + no.target().path(),
                        others(live, Optional.empty(), host, question.method(), no.target()), new Rejection(Code.ROUTE_NONE));
            }
            case Entrance.NoMethod no -> {
                path(trail, no.target());
                throw trail.refuses("route", "routes take this address, none takes " + question.method(),
                        others(live, Optional.empty(), host, question.method(), no.target()),
                        Refusals.methodNotAllowed(no.allow()));
            }
            case Entrance.Taken taken -> {
                path(trail, taken.target());
                RouteSpec route = taken.route();
                trail.took(route.id());
                trail.passes("route", route.id() + " takes it: " + Words.match(route.match()),
                        others(live, Optional.of(route), host, question.method(), taken.target()));
                browsing.begin(route);
                Optional<Handshake.Asked> socket = HandshakeStep.of(question, route, trail);
                Passage passage = new Passage(question, inbound, taken, trail,
                        live.arrivals(), clock.instant());
                yield callers.of(question, socket, route, trail, browsing).map(caller -> {
                    authorize(route, caller, trail);
                    return passage.end(caller, socket);
                });
            }
        };
    }

    private static Explanation ownAnswer(String method, String path, Trail trail) {
        if (path.equals(Entrance.KEY_SET) && !method.equals("GET") && !method.equals("HEAD")) {
            throw trail.refuses("route", "the gateway answers this path itself, to GET and HEAD",
                    Refusals.methodNotAllowed(Set.of("GET, HEAD")));
        }
        trail.skips("route", "the gateway answers this path itself");
        return trail
                .end(new Outcome.Answered(path.equals(Entrance.KEY_SET) ? "the keys of its assertions" : "whether it is well"));
    }

    private static void path(Trail trail, PathVerdict.Clean target) {
        trail.passes("path", target.path().equals(target.rawPath())
                ? target.path() + " can be read in one way only"
                : target.rawPath() + " is compared as " + target.path());
    }

    private static Map<String, Object> others(Routes live, Optional<RouteSpec> winner, String host, String method,
            PathVerdict.Clean target) {
        List<Map<String, String>> rows = new ArrayList<>();
        RouteCandidates.of(live.routes(), winner, host, method, target.path(), NEAREST)
                .forEach(other -> rows.add(Step.row("route", other.route().id(), "match", Words.match(other.route().match()),
                        "reason", other.reason())));
        return rows.isEmpty() ? Map.of() : Map.of("not", rows);
    }

    private void authorize(RouteSpec route, Caller caller, Trail trail) {
        Instant now = clock.instant();
        String rule = route.access().describe();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("asks for", rule);
        List<String> unmet = route.access().unmet(caller, now);
        if (!unmet.isEmpty()) {
            details.put("lacks", unmet);
        }
        details.put("caller", description(caller));
        switch (route.access().decide(caller, now)) {
            case Decision.Allowed _ -> trail.passes("authorization", "allowed by: " + rule, details);
            case Decision.SignInNeeded _ ->
                throw trail.refuses("authorization", "somebody has to be signed in: " + rule, details, Refusals.signInNeeded());
            case Decision.CertificateNeeded _ ->
                throw trail.refuses("authorization", "a client certificate is needed: " + rule, details,
                        Refusals.certificateNeeded());
            case Decision.StepUpNeeded stepUp ->
                throw trail.refuses("authorization", "a new sign-in is asked for: " + rule, details, Refusals.stepUp(stepUp));
            case Decision.Denied denied ->
                throw trail.refuses("authorization", "not allowed: " + rule, details, Refusals.denied(denied.missingScopes()));
        }
    }

    private static String description(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous _ -> "nobody is signed in";
            case Caller.Authenticated known -> known.subject() + " has roles " + known.roles() + ", scopes " + known.scopes();
        };
    }
}
