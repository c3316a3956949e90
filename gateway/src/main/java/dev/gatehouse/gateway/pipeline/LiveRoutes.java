package dev.gatehouse.gateway.pipeline;

import java.util.function.Consumer;

import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.routes.Routes;

/// Puts a good `routes.yml` in place: first whose tokens are believed, then where requests go. Requests in flight end as they began. Not to be called by
/// two threads at once.
public final class LiveRoutes implements Consumer<Routes> {

    private final Issuers issuers;
    private final GatewayRoutes gateway;

    LiveRoutes(Issuers issuers, GatewayRoutes gateway) {
        this.issuers = issuers;
        this.gateway = gateway;
    }

    @Override
    public void accept(Routes routes) {
        issuers.update(routes.issuers());
        gateway.replace(routes);
    }
}
