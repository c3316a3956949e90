package dev.gatehouse.gateway.pipeline;

import java.util.concurrent.atomic.AtomicInteger;

import io.netty.handler.codec.http.HttpHeaders;

import dev.gatehouse.gateway.mirroring.MirrorSpec;
import dev.gatehouse.gateway.mirroring.Mirrors;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.UpstreamAddress;

/// Copies the requests of one route for its mirror, if it has one. Thread-safe.
final class Mirroring {

    private final RouteSpec route;
    private final Mirrors mirrors;
    private final AtomicInteger underWay = new AtomicInteger();

    Mirroring(RouteSpec route, Mirrors mirrors) {
        this.route = route;
        this.mirrors = mirrors;
    }

    /// Sends the copy of a request without a body; a request with one has no copy.
    ///
    /// @param headers what the mirror gets, without credentials
    void copy(Visit visit, HttpHeaders headers) {
        if (visit.hasBody()) {
            return;
        }
        MirrorSpec spec = route.mirror().orElseThrow();
        mirrors.copy(spec, underWay, visit.method(),
                UpstreamAddress.of(spec.address(), visit.rawPath(), route.stripPrefix(), visit.query()), headers);
    }
}
