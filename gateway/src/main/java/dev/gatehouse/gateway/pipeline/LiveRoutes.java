package dev.gatehouse.gateway.pipeline;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.discovery.Discovery;
import dev.gatehouse.gateway.probing.HealthProbes;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.Routes;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.Upstreams;

/// Puts a good `routes.yml` in place: first whose tokens are believed, then where requests go. As a whole or not at all: where any part of it fails, the
/// former issuers, upstreams, services and routes are those in place. Requests in flight end as they began. Not to be called by two threads at once.
public final class LiveRoutes implements Consumer<Routes> {

    // Longer nobody waits for a registry before routes take effect; requests of its services get 503 until it has told.
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(2);

    private final Issuers issuers;
    private final Function<Routes, Runnable> gateway;
    private final Upstreams upstreams;
    private final HealthProbes probes;
    private final Discovery discovery;
    private Set<String> services = Set.of();

    /// @param gateway makes ready what serves routes, and answers with what puts it in place
    LiveRoutes(Issuers issuers, Function<Routes, Runnable> gateway, Upstreams upstreams, HealthProbes probes,
            Discovery discovery) {
        this.issuers = issuers;
        this.gateway = gateway;
        this.upstreams = upstreams;
        this.probes = probes;
        this.discovery = discovery;
    }

    @Override
    public void accept(Routes routes) {
        Set<String> next = services(routes);
        Set<String> both = new HashSet<>(services);
        both.addAll(next);
        try {
            follow(both);
            ready(routes).run();
            services = next;
        } finally {
            follow(services);
            probes.follow(upstreams.all());
        }
    }

    /// All that can fail; changes nothing when it does.
    private Runnable ready(Routes routes) {
        Runnable former = upstreams.replace(routes.routes().stream().map(RouteSpec::upstream).toList());
        boolean done = false;
        try {
            Runnable exchange = gateway.apply(routes);
            issuers.update(routes.issuers());
            done = true;
            return exchange;
        } finally {
            if (!done) {
                former.run();
            }
        }
    }

    private static Set<String> services(Routes routes) {
        return routes.routes().stream().flatMap(route -> route.upstream().service().stream()).collect(Collectors.toSet());
    }

    private void follow(Set<String> names) {
        discovery.follow(names, FIRST_ANSWER, this::move);
    }

    private void move(String service, List<InstanceSpec> instances) {
        upstreams.moved(service, instances);
        probes.follow(upstreams.all());
    }
}
