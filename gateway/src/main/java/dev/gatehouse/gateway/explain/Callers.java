package dev.gatehouse.gateway.explain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.authentication.AuthenticationResult;
import dev.gatehouse.gateway.authentication.Authenticator;
import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.refusal.Refusals;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.websocket.Handshake;

/// Who would be calling. Thread-safe.
final class Callers {

    private final Authenticator authenticator;

    Callers(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    Mono<Caller> of(Question question, Optional<Handshake.Asked> socket, RouteSpec route, Trail trail, Browsing browsing) {
        if (route.access() instanceof Access.Certified) {
            return Mono.just(certified(question, trail, route, browsing));
        }
        if (!route.access().readsTokens()) {
            trail.skips("authentication", "a public route looks at no credentials");
            return Mono.just(Caller.ANONYMOUS);
        }
        if (question.as().isPresent()) {
            trail.passes("authentication", "taken for " + question.as().get().subject() + ", no token was looked at");
            return Mono.just(question.as().get());
        }
        return authenticator.authenticate(authorization(question, socket), question.all("Cookie"), route.issuers(), "explain")
                .map(result -> caller(result, trail, route, browsing));
    }

    private static List<String> authorization(Question question, Optional<Handshake.Asked> socket) {
        List<String> fields = new ArrayList<>(question.all("Authorization"));
        socket.flatMap(Handshake.Asked::token).ifPresent(token -> fields.add("Bearer " + token));
        return fields;
    }

    private static Caller certified(Question question, Trail trail, RouteSpec route, Browsing browsing) {
        if (question.as().isPresent()) {
            trail.passes("authentication",
                    "taken for " + question.as().get().subject() + ", no client certificate was looked at");
            browsing.refuseForgedByCertificate(route);
            return question.as().get();
        }
        trail.passes("authentication", "no client certificate, which a question cannot show");
        return Caller.ANONYMOUS;
    }

    private static Caller caller(AuthenticationResult result, Trail trail, RouteSpec route, Browsing browsing) {
        return switch (result) {
            case AuthenticationResult.Proven(Caller.Authenticated caller, AuthenticationResult.Source source) -> {
                Map<String, Object> details = new LinkedHashMap<>();
                details.put("issuer", caller.issuerId());
                details.put("from", source == AuthenticationResult.Source.COOKIE ? "a cookie" : "Authorization");
                details.put("expires", caller.expiresAt().toString());
                trail.passes("authentication", "a good token of " + caller.subject(), details);
                if (source == AuthenticationResult.Source.COOKIE) {
                    browsing.refuseForged(route);
                }
                yield caller;
            }
            case AuthenticationResult.Missing _ -> {
                trail.passes("authentication", "no token");
                yield Caller.ANONYMOUS;
            }
            case AuthenticationResult.Ambiguous _ -> throw trail.refuses("authentication",
                    "credentials that can be read in two ways", new Rejection(Code.REQUEST_MALFORMED));
            case AuthenticationResult.Refused refused -> throw trail.refuses("authentication",
                    "the token is refused: " + refused.detail(), Refusals.token(refused.reason()));
            case AuthenticationResult.Unavailable _ -> throw trail.refuses("authentication",
                    "the issuer's keys are not known, so nobody can judge the token", Refusals.unavailable());
        };
    }
}
