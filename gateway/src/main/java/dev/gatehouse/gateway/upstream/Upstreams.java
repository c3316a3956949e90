package dev.gatehouse.gateway.upstream;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/// All upstreams of the routes that are in place. What is known of an instance outlives a change of the file that leaves it there. Thread-safe.
public final class Upstreams {

    private final InstantSource clock;
    private final IntUnaryOperator random;
    private final UpstreamEvents events;
    private final Function<String, List<InstanceSpec>> services;
    private volatile Map<String, Upstream> all = Map.of();

    /// Without services.
    ///
    /// @param random a number from 0 to below the argument
    public Upstreams(InstantSource clock, IntUnaryOperator random, UpstreamEvents events) {
        this(clock, random, events, _ -> List.of());
    }

    /// @param random a number from 0 to below the argument
    /// @param services what is known of the instances of a service; does not wait
    public Upstreams(InstantSource clock, IntUnaryOperator random, UpstreamEvents events,
            Function<String, List<InstanceSpec>> services) {
        this.clock = clock;
        this.random = random;
        this.events = events;
        this.services = services;
    }

    /// Those of a file that takes effect; equal ones stay the very same.
    ///
    /// @return puts the former ones back, the very same, with the instances of services that are known then
    public synchronized Runnable replace(Collection<UpstreamSpec> specs) {
        Map<String, Upstream> former = all;
        Map<String, Upstream> next = new HashMap<>();
        specs.forEach(spec -> next.computeIfAbsent(spec.id(), _ -> upstream(spec)));
        all = next;
        events.changed(all());
        return () -> putBack(former);
    }

    private synchronized void putBack(Map<String, Upstream> former) {
        all = former;
        former.values().forEach(upstream -> upstream.spec().service().map(services).ifPresent(upstream::replace));
        events.changed(all());
    }

    private Upstream upstream(UpstreamSpec spec) {
        Upstream before = all.get(spec.id());
        if (before != null && before.spec().equals(spec)) {
            return before;
        }
        Map<String, Instance> known = new HashMap<>();
        if (before != null) {
            before.instances().forEach(instance -> known.put(instance.address(), instance));
        }
        long joins = before == null ? 0 : clock.millis();
        List<InstanceSpec> places = spec.service().map(services).orElse(spec.instances());
        Instance[] instances = places.stream()
                .map(each -> known.computeIfAbsent(each.address(), address -> new Instance(spec.id(), address, joins)))
                .toArray(Instance[]::new);
        if (spec.health().isEmpty()) {
            Arrays.stream(instances).forEach(Instance::isAskedNoMore);
        }
        return new Upstream(spec, places, instances, clock, random, events);
    }

    /// The instances of a service are others now.
    public synchronized void moved(String service, List<InstanceSpec> places) {
        boolean changed = false;
        for (Upstream upstream : all.values()) {
            changed |= upstream.spec().service().filter(service::equals).isPresent() && upstream.replace(places);
        }
        if (changed) {
            events.changed(all());
        }
    }

    /// The one with this id.
    public Upstream of(UpstreamSpec spec) {
        return Objects.requireNonNull(all.get(spec.id()), spec.id());
    }

    /// All of them.
    public List<Upstream> all() {
        return List.copyOf(all.values());
    }
}
