package dev.gatehouse.gateway.pipeline;

import java.util.List;
import java.util.Set;

import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.assertion.PublishedKeys;
import dev.gatehouse.gateway.problem.Rejection;
import dev.gatehouse.gateway.problem.Reply;
import dev.gatehouse.gateway.refusal.Refusals;
import dev.gatehouse.gateway.routes.Entrance;

/// The public keys of the gateway's assertions (RFC 7517), on the public port. Thread-safe.
final class KeySetPage {

    private static final Set<String> METHODS = Set.of("GET", "HEAD");
    private static final String ALLOWED = "GET, HEAD";
    // 5 min: what the usual libraries take when nothing is said. Keys are announced much earlier than that, see KeyRing.
    private static final String CACHE_CONTROL = "public, max-age=300";

    private static final Rejection.Field TYPE = new Rejection.Field("Content-Type", "application/jwk-set+json");

    private final Assertions assertions;

    KeySetPage(Assertions assertions) {
        this.assertions = assertions;
    }

    static boolean asked(String path) {
        return path.equals(Entrance.KEY_SET);
    }

    Mono<Void> answer(Visit visit) {
        if (!METHODS.contains(visit.received().method())) {
            return Mono.error(Refusals.methodNotAllowed(Set.of(ALLOWED)));
        }
        PublishedKeys keys = assertions.published();
        Rejection.Field cache = new Rejection.Field("Cache-Control", CACHE_CONTROL);
        Rejection.Field etag = new Rejection.Field("ETag", keys.etag());
        if (visit.received().firstField("If-None-Match").filter(known -> known.contains(keys.etag())).isPresent()) {
            return visit.answer().is(Reply.empty(304, cache, etag));
        }
        return visit.answer().is(new Reply(200, List.of(cache, etag, TYPE), keys.jwks()));
    }
}
