package dev.gatehouse.gateway.pipeline;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.browser.HeaderField;
import dev.gatehouse.gateway.identity.ResponseHeaders;
import dev.gatehouse.gateway.routes.RouteSpec;

/// Lets pass to the client what an upstream may say. No state.
final class AnswerFields {

    private static final String CORS = "Access-Control-";

    private AnswerFields() {}

    /// Adds what may pass to the fields that the gateway has written already.
    ///
    /// @param visit the request that is answered
    static void pass(HttpHeaders upstream, RouteSpec route, Visit visit, HttpHeaders client) {
        BrowserPolicy policy = route.browser();
        if (policy.cors().isPresent()) {
            // The route says who may read; a backend that says it too would say it twice.
            ResponseHeaders.write(new NettyFields(upstream), route.forwardToken(), (name, value) -> {
                if (!name.regionMatches(true, 0, CORS, 0, CORS.length())) {
                    client.add(name, value);
                }
            });
        } else {
            ResponseHeaders.write(new NettyFields(upstream), route.forwardToken(), client::add);
        }
        List<HeaderField> guards = policy.security().fields(visit.origin().proto().equals("https"));
        for (int i = 0; i < guards.size(); i++) {
            if (!client.contains(guards.get(i).name())) {
                client.set(guards.get(i).name(), guards.get(i).value());
            }
        }
        Compressing.answer(visit, route, client);
        if (client.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            client.remove(HttpHeaderNames.TRANSFER_ENCODING); // the host's guess before there was a length
        }
    }
}
