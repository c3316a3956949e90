package dev.gatehouse.gateway.explain;

import java.util.Optional;

import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.browser.Cors;
import dev.gatehouse.gateway.browser.Origins;
import dev.gatehouse.gateway.browser.PageFields;
import dev.gatehouse.gateway.identity.InboundRequest;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.routes.RouteSpec;

/// What a route's dealings with browsers come to in one request.
final class Browsing {

    private static final String STEP = "browser";

    private final Question question;
    private final InboundRequest inbound;
    private final Trail trail;

    Browsing(Question question, InboundRequest inbound, Trail trail) {
        this.question = question;
        this.inbound = inbound;
        this.trail = trail;
    }

    /// The method that a browser asks leave for; empty when the request is no such question.
    String asksFor() {
        return PageFields.preflightFor(question.method(), question::all);
    }

    /// Answers such a question about a route with `cors`.
    Explanation preflight(Cors cors) {
        String origin = PageFields.origin(question::all);
        if (!cors.allows(origin)) {
            throw trail.refuses(STEP, "a preflight request of an origin that cors does not list",
                    new Rejection(Code.ACCESS_DENIED));
        }
        trail.passes(STEP, "a preflight request of " + origin + ", which cors lists");
        return trail.end(new Outcome.Answered("what pages of that origin may ask for"));
    }

    void begin(RouteSpec route) {
        BrowserPolicy policy = route.browser();
        String origin = PageFields.origin(question::all);
        if (PageFields.isHandshake(question::all) && !policy.takesHandshake(origin, own())) {
            throw trail.refuses(STEP, "a WebSocket handshake of a page of another origin", new Rejection(Code.ACCESS_DENIED));
        }
        Optional<Cors> cors = policy.cors();
        if (cors.isPresent() && !origin.isEmpty()) {
            trail.passes(STEP, cors.get().allows(origin)
                    ? "pages of " + origin + " may read the answer"
                    : "pages of this origin may not read the answer");
        }
    }

    void refuseForged(RouteSpec route) {
        if (route.browser().mayBeForged(PageFields.effect(question.method(), question::all), PageFields.origin(question::all),
                PageFields.fetchSite(question::all),
                own())) {
            throw trail.refuses(STEP, "a token from a cookie, and no proof that a page of this origin sent it",
                    new Rejection(Code.ACCESS_DENIED));
        }
    }

    void refuseForgedByCertificate(RouteSpec route) {
        if (route.browser().mayBeForgedByCertificate(PageFields.effect(question.method(), question::all),
                PageFields.origin(question::all), PageFields.fetchSite(question::all), own())) {
            throw trail.refuses(STEP, "a client certificate, and no proof that a page of this origin made the browser show it",
                    new Rejection(Code.ACCESS_DENIED));
        }
    }

    private String own() {
        return Origins.of(inbound.proto(), inbound.host());
    }
}
