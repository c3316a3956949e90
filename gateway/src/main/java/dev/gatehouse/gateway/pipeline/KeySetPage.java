package dev.gatehouse.gateway.pipeline;

import java.util.Set;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.assertion.PublishedKeys;
import dev.gatehouse.gateway.refusal.Refusals;
import dev.gatehouse.gateway.routes.Entrance;

/// The public keys of the gateway's assertions (RFC 7517), on the public port. Thread-safe.
final class KeySetPage {

    private static final Set<String> METHODS = Set.of("GET", "HEAD");
    private static final String ALLOWED = "GET, HEAD";
    // 5 min: what the usual libraries take when nothing is said. Keys are announced much earlier than that, see KeyRing.
    private static final String CACHE_CONTROL = "public, max-age=300";

    private final Assertions assertions;

    KeySetPage(Assertions assertions) {
        this.assertions = assertions;
    }

    static boolean asked(String path) {
        return path.equals(Entrance.KEY_SET);
    }

    Mono<Void> answer(Visit visit) {
        if (!METHODS.contains(visit.method())) {
            return Mono.error(Refusals.methodNotAllowed(Set.of(ALLOWED)));
        }
        PublishedKeys keys = assertions.published();
        ServerHttpResponse response = visit.exchange().getResponse();
        response.getHeaders().set(HttpHeaders.CACHE_CONTROL, CACHE_CONTROL);
        response.getHeaders().set(HttpHeaders.ETAG, keys.etag());
        if (visit.firstField(HttpHeaders.IF_NONE_MATCH).filter(known -> known.contains(keys.etag())).isPresent()) {
            response.setStatusCode(HttpStatus.NOT_MODIFIED);
            return response.setComplete();
        }
        response.setStatusCode(HttpStatus.OK);
        response.getHeaders().set(HttpHeaders.CONTENT_TYPE, "application/jwk-set+json");
        response.getHeaders().setContentLength(keys.jwks().length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(keys.jwks())));
    }
}
