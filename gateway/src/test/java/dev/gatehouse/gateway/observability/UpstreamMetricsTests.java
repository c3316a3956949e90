package dev.gatehouse.gateway.observability;

import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.upstream.Instance;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.UpstreamSpec;
import dev.gatehouse.gateway.upstream.Upstreams;

import static org.assertj.core.api.Assertions.assertThat;

class UpstreamMetricsTests {

    private static final UpstreamSpec ORDERS = UpstreamSpec.at(new InstanceSpec(URI.create("http://orders:80"), 1));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final UpstreamMetrics metrics = new UpstreamMetrics(registry);
    private final Upstreams upstreams = new Upstreams(InstantSource.system(), _ -> 0, metrics);
    private final AtomicReference<Double> openness = new AtomicReference<>(1.0);

    private Instance orders() {
        upstreams.replace(List.of(ORDERS));
        return upstreams.of(ORDERS).instances().getFirst();
    }

    @Test
    void tellsOfABreakerFromItsFirstChangeOn() {
        Instance instance = orders();
        assertThat(registry.find("gatehouse.upstream.breaker").gauge()).isNull();

        metrics.changed(instance, openness::get);
        metrics.changed(instance, openness::get);

        Gauge breaker = registry.get("gatehouse.upstream.breaker")
                .tags("upstream", "http://orders:80", "instance", "http://orders:80")
                .gauge();
        assertThat(breaker.value()).isEqualTo(1);
        openness.set(0.5);
        assertThat(breaker.value()).isEqualTo(0.5);
    }

    @Test
    void forgetsTheBreakersOfUpstreamsThatAreGone() {
        Instance instance = orders();
        metrics.changed(instance, openness::get);

        upstreams.replace(List.of());
        assertThat(registry.find("gatehouse.upstream.breaker").gauge()).isNull();

        metrics.changed(instance, openness::get);
        assertThat(registry.find("gatehouse.upstream.breaker").gauge()).as("a last request's").isNull();
    }

    @Test
    void tellsOfABreakerAgainWhenItsInstanceIsBack() {
        Instance before = orders();
        metrics.changed(before, openness::get);
        upstreams.replace(List.of());

        assertThat(orders()).isNotSameAs(before);

        assertThat(registry.get("gatehouse.upstream.breaker").gauge().value()).isEqualTo(1);
    }
}
