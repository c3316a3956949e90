package dev.gatehouse.gateway.pipeline;

import java.util.ArrayList;
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
            ResponseHeaders.write(new NettyFields(upstream), route.forwardToken(), route.issuers().secretCookies(),
                    (name, value) -> {
                        if (!name.regionMatches(true, 0, CORS, 0, CORS.length())) {
                            client.add(name, value);
                        }
                    });
        } else {
            ResponseHeaders.write(new NettyFields(upstream), route.forwardToken(), route.issuers().secretCookies(), client::add);
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

    /// Takes out again what an upstream's answer brought that breaks off before anything of it has gone out: the refusal in its place is the gateway's own.
    static void takeBack(HttpHeaders upstream, BrowserPolicy policy, HttpHeaders client) {
        for (String name : upstream.names()) {
            if (ResponseHeaders.mayPass(name)
                    && !(policy.cors().isPresent() && name.regionMatches(true, 0, CORS, 0, CORS.length()))) {
                List<String> own = new ArrayList<>(client.getAll(name));
                upstream.getAll(name).forEach(own::remove); // one of them each: the gateway may have said the same
                client.set(name, own);
            }
        }
        client.remove(HttpHeaderNames.ETAG).remove(HttpHeaderNames.CONTENT_ENCODING); // compressing has changed them
    }
}
