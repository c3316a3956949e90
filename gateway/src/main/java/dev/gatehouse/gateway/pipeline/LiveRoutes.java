package dev.gatehouse.gateway.pipeline;

import java.util.function.Consumer;

import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.probing.HealthProbes;
import dev.gatehouse.gateway.routes.Routes;
import dev.gatehouse.gateway.upstream.Upstreams;

/// Puts a good `routes.yml` in place: first whose tokens are believed, then where requests go. Requests in flight end as they began. Not to be called by
/// two threads at once.
public final class LiveRoutes implements Consumer<Routes> {

    private final Issuers issuers;
    private final GatewayRoutes gateway;
    private final Upstreams upstreams;
    private final HealthProbes probes;

    LiveRoutes(Issuers issuers, GatewayRoutes gateway, Upstreams upstreams, HealthProbes probes) {
        this.issuers = issuers;
        this.gateway = gateway;
        this.upstreams = upstreams;
        this.probes = probes;
    }

    @Override
    public void accept(Routes routes) {
        issuers.update(routes.issuers());
        gateway.replace(routes);
        probes.follow(upstreams.all());
    }
}
