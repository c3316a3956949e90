package dev.gatehouse.gateway.pipeline;

import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.TrailerHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;

import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.browser.HeaderField;
import dev.gatehouse.gateway.identity.ResponseHeaders;
import dev.gatehouse.gateway.resilience.UpstreamFailure;

/// Lets pass to the client what an upstream may say. The request's side needs no filter: [OutgoingRequest] has the whole header section.
final class AnswerFields implements HttpHeadersFilter, TrailerHeadersFilter {

    /// The exchange's attribute with the route's [BrowserPolicy].
    static final String POLICY = "gatehouse.browser";
    /// The exchange's attribute that is there when the client used https.
    static final String HTTPS = "gatehouse.https";

    /// The exchange's attribute that is there when the upstream may set the session cookie.
    static final String SESSION = "gatehouse.session";

    /// The exchange's attribute that is there when the answer's trailers pass.
    static final String TRAILERS = "gatehouse.trailers";

    /// The exchange's attribute with the question whether a 502, 503 or 504 shall be another instance's to mend.
    static final String ELSEWHERE = "gatehouse.elsewhere";

    private static final String CORS = "Access-Control-";

    @Override
    public HttpHeaders filter(HttpHeaders upstream, ServerWebExchange exchange) {
        refuseToPassOn(exchange);
        HttpHeaders passed = new HttpHeaders();
        BrowserPolicy policy = exchange.getAttributeOrDefault(POLICY, BrowserPolicy.NONE);
        boolean session = exchange.getAttributes().containsKey(SESSION);
        if (policy.cors().isPresent()) {
            // The route says who may read; a backend that says it too would say it twice.
            ResponseHeaders.write(new SpringFields(upstream), session, (name, value) -> {
                if (!name.regionMatches(true, 0, CORS, 0, CORS.length())) {
                    passed.add(name, value);
                }
            });
        } else {
            ResponseHeaders.write(new SpringFields(upstream), session, passed::add);
        }
        boolean https = exchange.getAttributes().containsKey(HTTPS);
        for (HeaderField field : policy.security().fields(https)) {
            if (!passed.containsHeader(field.name())) {
                passed.set(field.name(), field.value());
            }
        }
        return passed;
    }

    /// The host asks for an answer's fields before any of it goes to the client.
    private static void refuseToPassOn(ServerWebExchange exchange) {
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        if (status != null && status.value() >= 502 && status.value() <= 504
                && exchange.getAttribute(ELSEWHERE) instanceof BooleanSupplier other && other.getAsBoolean()) {
            throw UpstreamFailure.unavailable();
        }
    }

    /// Nothing, but for calls of gRPC, whose result they are: `Trailer` does not pass, so that no client waits for any, and what comes unannounced may be what the header section may not say.
    @Override
    public HttpHeaders trailers(@Nullable HttpHeaders upstream, ServerWebExchange exchange) {
        HttpHeaders passed = new HttpHeaders();
        if (upstream != null && exchange.getAttributes().containsKey(TRAILERS)) {
            ResponseHeaders.write(new SpringFields(upstream), false, (name, value) -> {
                if (!ResponseHeaders.frames(name)) {
                    passed.add(name, value);
                }
            });
        }
        return passed;
    }

    @Override
    public boolean supports(Type type) {
        return type == Type.RESPONSE;
    }
}
