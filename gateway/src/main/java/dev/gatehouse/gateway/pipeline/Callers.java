package dev.gatehouse.gateway.pipeline;

import java.util.ArrayList;
import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.authentication.AuthenticationResult;
import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.certificate.Judgement;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.ratelimit.LimitSubject;
import dev.gatehouse.gateway.refusal.Refusals;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.websocket.Handshake;

/// Who is calling one route: by a token, by a client certificate, or nobody in particular. Thread-safe.
final class Callers {

    private static final Mono<Caller> ANYBODY = Mono.just(Caller.ANONYMOUS);

    private final RouteSpec route;
    private final Stages stages;

    Callers(RouteSpec route, Stages stages) {
        this.route = route;
        this.stages = stages;
    }

    /// Never empty, and never without a judgement.
    Mono<Caller> of(Visit visit) {
        if (route.access() instanceof Access.Certified) {
            return Mono.just(certified(visit));
        }
        if (!route.access().readsTokens()) {
            return ANYBODY;
        }
        List<String> cookies = route.issuers().cookies().isEmpty() ? List.of() : visit.received().fields(HttpHeaderNames.COOKIE);
        return stages.authenticator().authenticate(authorization(visit), cookies, route.issuers(), client(visit))
                .map(result -> caller(visit, result, route.browser()));
    }

    /// Whoever has no issuer to ask needs no name.
    private String client(Visit visit) {
        return route.issuers().introspecting().isEmpty() ? "" : LimitSubject.network(visit.origin().clientAddress());
    }

    private Caller certified(Visit visit) {
        return switch (stages.certificates().of(visit.channel())) {
            case Judgement.None _ -> Caller.ANONYMOUS;
            case Judgement.Refused(String why) -> {
                visit.because(why);
                throw Refusals.certificate();
            }
            case Judgement.Proven(Caller.Authenticated caller) -> {
                Pages.refuseForgedByCertificate(visit, route.browser());
                yield caller;
            }
        };
    }

    /// `Authorization`, and what a page says in its place when it asks for a WebSocket.
    private static List<String> authorization(Visit visit) {
        List<String> fields = visit.received().fields(HttpHeaderNames.AUTHORIZATION);
        Handshake.Asked socket = visit.socket();
        if (socket == null || socket.token().isEmpty()) {
            return fields;
        }
        List<String> both = new ArrayList<>(fields);
        both.add("Bearer " + socket.token().get());
        return both;
    }

    private static Caller caller(Visit visit, AuthenticationResult result, BrowserPolicy browser) {
        return switch (result) {
            case AuthenticationResult.Proven proven -> {
                if (proven.source() == AuthenticationResult.Source.COOKIE) {
                    Pages.refuseForged(visit, browser);
                }
                yield proven.caller();
            }
            case AuthenticationResult.Missing _ -> Caller.ANONYMOUS;
            case AuthenticationResult.Ambiguous _ -> throw new Rejection(Code.REQUEST_MALFORMED);
            case AuthenticationResult.Refused refused -> {
                visit.because(refused.detail());
                throw Refusals.token(refused.reason());
            }
            case AuthenticationResult.Unavailable _ -> throw Refusals.unavailable();
        };
    }
}
