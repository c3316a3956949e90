package dev.gatehouse.gateway.pipeline;

import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.handler.codec.http.HttpHeaders;
import reactor.netty.http.client.HttpClient;

import dev.gatehouse.gateway.mirroring.BodyCopy;
import dev.gatehouse.gateway.mirroring.MirrorSpec;
import dev.gatehouse.gateway.mirroring.Mirrors;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.UpstreamAddress;

/// Copies the requests of one route for its mirror, if it has one. Thread-safe.
final class Mirroring {

    private final RouteSpec route;
    private final Mirrors mirrors;
    private final HttpClient client;
    private final AtomicInteger underWay = new AtomicInteger();

    /// @param client speaks with the mirror as with the route's upstream
    Mirroring(RouteSpec route, Mirrors mirrors, HttpClient client) {
        this.route = route;
        this.mirrors = mirrors;
        this.client = client;
    }

    /// Whether there is a mirror, and the next request is one of its share. Asked once for each.
    boolean wantsNext() {
        return route.mirror().filter(mirrors::wants).isPresent();
    }

    /// Copies a request: at once if it has no body, else with its body, when that has passed.
    ///
    /// @param headers what the mirror gets, without credentials
    void copy(Visit visit, OutgoingRequest request, HttpHeaders headers) {
        MirrorSpec spec = route.mirror().orElseThrow();
        URI address = UpstreamAddress.of(spec.address(), visit.rawPath(), route.stripPrefix(), visit.query());
        if (visit.received().declaredLength() > BodyCopy.LONGEST) {
            mirrors.isTooLong();
        } else if (visit.received().hasBody()) {
            request.copyBody(mirrors.copyOfBody(client, underWay, visit.received().method(), address, headers));
        } else {
            mirrors.copy(client, underWay, visit.received().method(), address, headers);
        }
    }
}
