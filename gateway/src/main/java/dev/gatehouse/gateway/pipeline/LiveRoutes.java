package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.discovery.Discovery;
import dev.gatehouse.gateway.probing.HealthProbes;
import dev.gatehouse.gateway.routes.Routes;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.Upstreams;

/// Puts a good `routes.yml` in place: first whose tokens are believed, then where requests go. Requests in flight end as they began. Not to be called by
/// two threads at once.
public final class LiveRoutes implements Consumer<Routes> {

    // Longer nobody waits for a registry before routes take effect; requests of its services get 503 until it has told.
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(2);

    private final Issuers issuers;
    private final GatewayRoutes gateway;
    private final Upstreams upstreams;
    private final HealthProbes probes;
    private final Discovery discovery;

    LiveRoutes(Issuers issuers, GatewayRoutes gateway, Upstreams upstreams, HealthProbes probes, Discovery discovery) {
        this.issuers = issuers;
        this.gateway = gateway;
        this.upstreams = upstreams;
        this.probes = probes;
        this.discovery = discovery;
    }

    @Override
    public void accept(Routes routes) {
        discovery.follow(
                routes.routes().stream().flatMap(route -> route.upstream().service().stream()).collect(Collectors.toSet()),
                FIRST_ANSWER, this::move);
        issuers.update(routes.issuers());
        gateway.replace(routes);
        probes.follow(upstreams.all());
    }

    private void move(String service, List<InstanceSpec> instances) {
        upstreams.moved(service, instances);
        probes.follow(upstreams.all());
    }
}
