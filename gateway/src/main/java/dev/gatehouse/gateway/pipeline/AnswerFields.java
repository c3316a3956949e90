package dev.gatehouse.gateway.pipeline;

import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

import dev.gatehouse.gateway.identity.ResponseHeaders;

/// Lets pass to the client what an upstream may say. The request's side needs no filter: [OutgoingRequest] has the whole header section.
final class AnswerFields implements HttpHeadersFilter {

    @Override
    public HttpHeaders filter(HttpHeaders upstream, ServerWebExchange exchange) {
        HttpHeaders passed = new HttpHeaders();
        ResponseHeaders.write(new SpringFields(upstream), passed::add);
        return passed;
    }

    @Override
    public boolean supports(Type type) {
        return type == Type.RESPONSE;
    }
}
