package dev.gatehouse.gateway.observability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.upstream.Instance;
import dev.gatehouse.gateway.upstream.Upstream;
import dev.gatehouse.gateway.upstream.UpstreamEvents;

/// What upstreams tell of themselves. Every label is a name or an address of `routes.yml`; what leaves the file leaves the metrics. Thread-safe.
public final class UpstreamMetrics implements UpstreamEvents {

    private static final String BREAKER = "gatehouse.upstream.breaker";

    private final MeterRegistry registry;
    private final Map<Upstream, Shown> shown = new HashMap<>();
    // As many, and for as long, as breakers are kept.
    private final Cache<String, DoubleSupplier> breakers = Caffeine.newBuilder().maximumSize(10_000)
            .expireAfterAccess(Duration.ofHours(1)).executor(Runnable::run).build();
    private Set<String> present = Set.of();

    /// Registers its series at `registry` as they appear.
    public UpstreamMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Only upstreams of several instances have gauges: of one there is nothing to tell that `gatehouse.requests` does not.
    @Override
    public synchronized void changed(List<Upstream> all) {
        present = all.stream().flatMap(upstream -> upstream.instances().stream()).map(Instance::id).collect(Collectors.toSet());
        Set<Upstream> known = new HashSet<>(all);
        shown.entrySet().removeIf(entry -> {
            boolean gone = !known.contains(entry.getKey()) || !entry.getValue().instances.equals(entry.getKey().instances());
            if (gone) {
                entry.getValue().meters.forEach(registry::remove);
            }
            return gone;
        });
        forget("gatehouse.upstream.ejections", all);
        forget("gatehouse.upstream.retries", all);
        forget(BREAKER, all);
        all.stream().flatMap(upstream -> upstream.instances().stream()).forEach(this::showBreaker);
        all.stream().filter(upstream -> upstream.size() > 1 && !shown.containsKey(upstream))
                .forEach(upstream -> shown.put(upstream, register(upstream)));
    }

    private void forget(String series, List<Upstream> all) {
        Set<String> ids = all.stream().map(upstream -> upstream.spec().id()).collect(Collectors.toSet());
        Set<String> addresses = all.stream().flatMap(upstream -> upstream.instances().stream()).map(Instance::address)
                .collect(Collectors.toSet());
        for (Meter known : registry.find(series).meters()) {
            @Nullable
            String instance = known.getId().getTag("instance");
            if (!ids.contains(known.getId().getTag("upstream")) || (instance != null && !addresses.contains(instance))) {
                registry.remove(known);
            }
        }
    }

    private Shown register(Upstream upstream) {
        Tags name = Tags.of("upstream", upstream.spec().id());
        List<Meter> meters = new ArrayList<>();
        meters.add(Gauge.builder("gatehouse.upstream.instances", upstream, Upstream::size).tags(name)
                .description("Instances of an upstream").register(registry));
        meters.add(Gauge.builder("gatehouse.upstream.in.service", upstream, Upstream::inService).tags(name)
                .description("Instances of an upstream that get requests").register(registry));
        List<Instance> instances = upstream.instances();
        for (Instance instance : instances) {
            Tags at = name.and("instance", instance.address());
            meters.add(Gauge.builder("gatehouse.upstream.under.way", instance, Instance::underWay).tags(at)
                    .description("Requests under way to an instance").register(registry));
            meters.add(FunctionCounter.builder("gatehouse.upstream.attempts", instance, Instance::attempts).tags(at)
                    .description("Requests sent to an instance, each as often as it was").register(registry));
        }
        return new Shown(instances, meters);
    }

    /// What is shown of an upstream.
    private record Shown(List<Instance> instances, List<Meter> meters) {}

    /// Breakers that have never changed have no series: they let all pass. A breaker outlives its instance for some time, and is that of the next one there.
    @Override
    public synchronized void changed(Instance instance, DoubleSupplier openness) {
        breakers.put(instance.id(), openness);
        if (present.contains(instance.id())) {
            showBreaker(instance);
        }
    }

    private void showBreaker(Instance instance) {
        DoubleSupplier openness = breakers.getIfPresent(instance.id());
        if (openness != null) {
            Gauge.builder(BREAKER, openness, DoubleSupplier::getAsDouble).strongReference(true)
                    .description("How far a circuit breaker keeps requests away: 0 lets all pass, 0.5 some that probe, 1 none")
                    .tags("upstream", instance.upstream(), "instance", instance.address()).register(registry);
        }
    }

    @Override
    public void ejected(Upstream upstream, Instance instance) {
        Counter.builder("gatehouse.upstream.ejections").description("How often an instance was put out after failures in a row")
                .tag("upstream", upstream.spec().id()).tag("instance", instance.address()).register(registry).increment();
    }

    @Override
    public void retried(Upstream upstream) {
        retries(upstream, "sent");
    }

    @Override
    public void exhausted(Upstream upstream) {
        retries(upstream, "over_budget");
    }

    private void retries(Upstream upstream, String result) {
        Counter.builder("gatehouse.upstream.retries").description("Second attempts, and those that were too many")
                .tag("upstream", upstream.spec().id()).tag("result", result).register(registry).increment();
    }
}
