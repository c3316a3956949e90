package dev.gatehouse.gateway.pipeline;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaders;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.browser.Cors;
import dev.gatehouse.gateway.browser.HeaderField;
import dev.gatehouse.gateway.browser.Origins;
import dev.gatehouse.gateway.browser.PageFields;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.problem.Reply;

/// Applies a route's [BrowserPolicy] to one exchange. No state.
final class Pages {

    private Pages() {}

    /// The method that a browser asks leave for on behalf of a page; empty when the request is no such question.
    static String preflightFor(Visit visit) {
        return PageFields.preflightFor(visit.received().method(), visit.received()::fields);
    }

    /// Answers such a question: no token, no limit, no backend.
    static Mono<Void> answerPreflight(Visit visit, Cors cors) {
        visit.answersWith("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        if (!cors.allows(origin(visit))) {
            visit.because("a preflight request of an origin that is not listed");
            return Mono.error(new Rejection(Code.ACCESS_DENIED));
        }
        add(visit, cors.permission(origin(visit)));
        return visit.answer().is(Reply.empty(204));
    }

    /// What must be known before anything else of a request: the page that may read every answer, refusals too, and whether a page may open a
    /// WebSocket.
    static void begin(Visit visit, BrowserPolicy policy) {
        if (policy.cors().isPresent()) {
            visit.answersWith("Vary", "Origin");
            add(visit, policy.answer(origin(visit)));
        }
        if (PageFields.isHandshake(visit.received()::fields) && !policy.takesHandshake(origin(visit), own(visit))) {
            visit.because("a WebSocket handshake of a page of another origin");
            throw new Rejection(Code.ACCESS_DENIED);
        }
    }

    /// Refuses what a page of another origin may have made a browser send with its cookie.
    static void refuseForged(Visit visit, BrowserPolicy policy) {
        if (policy.mayBeForged(PageFields.effect(visit.received().method(), visit.received()::fields), origin(visit),
                PageFields.fetchSite(visit.received()::fields), own(visit))) {
            visit.because("a token from a cookie, and no proof that a page of ours sent it");
            throw new Rejection(Code.ACCESS_DENIED);
        }
    }

    /// The same of what it sent with its certificate.
    static void refuseForgedByCertificate(Visit visit, BrowserPolicy policy) {
        if (policy.mayBeForgedByCertificate(PageFields.effect(visit.received().method(), visit.received()::fields), origin(visit),
                PageFields.fetchSite(visit.received()::fields), own(visit))) {
            visit.because("a client certificate, and no proof that a page of ours made the browser show it");
            throw new Rejection(Code.ACCESS_DENIED);
        }
    }

    /// Guards an answer of the gateway's own.
    static void guard(Visit visit, BrowserPolicy policy) {
        HttpHeaders fields = visit.answer().fields();
        for (HeaderField field : policy.security().fields(visit.origin().proto().equals("https"))) {
            if (!fields.contains(field.name())) {
                fields.set(field.name(), field.value());
            }
        }
    }

    private static String origin(Visit visit) {
        return PageFields.origin(visit.received()::fields);
    }

    private static String own(Visit visit) {
        return Origins.of(visit.origin().proto(), visit.origin().host());
    }

    private static void add(Visit visit, List<HeaderField> fields) {
        for (HeaderField field : fields) {
            visit.answersWith(field.name(), field.value());
        }
    }
}
