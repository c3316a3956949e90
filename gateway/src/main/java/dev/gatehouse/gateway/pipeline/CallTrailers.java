package dev.gatehouse.gateway.pipeline;

import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.TrailerHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

import dev.gatehouse.gateway.identity.ResponseHeaders;

/// Lets pass to the client what an upstream may say at the end of an answer. Thread-safe.
final class CallTrailers implements HttpHeadersFilter, TrailerHeadersFilter {

    /// The exchange's attribute that is there when the answer's trailers pass.
    static final String PASS = "gatehouse.trailers";

    /// Nothing, but for calls of gRPC, whose result they are: `Trailer` does not pass, so that no client waits for any, and what comes unannounced may be what the header section may not say.
    @Override
    public HttpHeaders trailers(@Nullable HttpHeaders upstream, ServerWebExchange exchange) {
        HttpHeaders passed = new HttpHeaders();
        if (upstream != null && exchange.getAttributes().containsKey(PASS)) {
            ResponseHeaders.write(new SpringFields(upstream), false, (name, value) -> {
                if (!ResponseHeaders.frames(name)) {
                    passed.add(name, value);
                }
            });
        }
        return passed;
    }

    /// Header sections are [AnswerFields]'.
    @Override
    public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
        return input;
    }

    @Override
    public boolean supports(Type type) {
        return type == Type.RESPONSE;
    }
}
