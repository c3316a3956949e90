package dev.gatehouse.gateway.routes;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import dev.gatehouse.gateway.authentication.AcceptedIssuers;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.compression.Compression;
import dev.gatehouse.gateway.concurrency.ConcurrencySpec;
import dev.gatehouse.gateway.mirroring.MirrorSpec;
import dev.gatehouse.gateway.ratelimit.LimitSpec;
import dev.gatehouse.gateway.resilience.Protection;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.UpstreamSpec;
import dev.gatehouse.gateway.websocket.SocketSpec;

/// One route, valid by construction. Immutable.
///
/// @param id unique in the file; the audience of assertions, the label of metrics
/// @param match which requests it takes
/// @param upstream where they go
/// @param mirror where copies of them go, if any
/// @param issuers whose tokens it takes
/// @param access who may use it
/// @param stripPrefix how many leading path segments the upstream does not see
/// @param forwardToken whether the upstream also gets `Authorization` and the session cookie
/// @param assertion whether the upstream gets a signed assertion about an authenticated caller
/// @param protection deadlines and body size
/// @param browser how it deals with browsers
/// @param concurrency how many requests may be under way at once
/// @param websocket the bounds of its WebSockets; empty: it has none
/// @param compression whether its answers are compressed
/// @param limits in the order in which they are asked
public record RouteSpec(String id, RouteMatch match, UpstreamSpec upstream, Optional<MirrorSpec> mirror, AcceptedIssuers issuers,
        Access access,
        int stripPrefix, boolean forwardToken, boolean assertion, Protection protection, BrowserPolicy browser,
        ConcurrencySpec concurrency, Optional<SocketSpec> websocket, Compression compression, List<LimitSpec> limits) {

    /// Copies the list and refuses absent parts.
    public RouteSpec {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(match, "match");
        Objects.requireNonNull(issuers, "issuers");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(protection, "protection");
        Objects.requireNonNull(browser, "browser");
        Objects.requireNonNull(concurrency, "concurrency");
        Objects.requireNonNull(websocket, "websocket");
        Objects.requireNonNull(compression, "compression");
        Objects.requireNonNull(upstream, "upstream");
        Objects.requireNonNull(mirror, "mirror");
        limits = List.copyOf(limits);
        if (stripPrefix < 0) {
            throw new IllegalArgumentException("strip-prefix: " + stripPrefix + " (expected: >= 0)");
        }
    }

    /// The instances of its upstream.
    public List<InstanceSpec> upstreams() {
        return upstream.instances();
    }
}
