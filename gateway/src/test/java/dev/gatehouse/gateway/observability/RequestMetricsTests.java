package dev.gatehouse.gateway.observability;

import java.time.Instant;
import java.util.Set;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.identity.TraceContext;

import static org.assertj.core.api.Assertions.assertThat;

class RequestMetricsTests {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RequestMetrics metrics = new RequestMetrics(registry);

    private void serve(String route) {
        metrics.record(new Served(Instant.EPOCH, "id", TraceContext.NONE, "127.0.0.1", "GET", "/", route, "", 200, "", "", "", 1,
                new Timing(1, 2, 3, 4, 5), 0, 0, false));
    }

    private long seriesOf(String route) {
        return registry.getMeters().stream().filter(meter -> route.equals(meter.getId().getTag("route"))).count();
    }

    @Test
    void forgetsRoutesThatAreGone() {
        serve("stays");
        serve("goes");

        metrics.keep(Set.of("stays"));

        assertThat(seriesOf("goes")).isZero();
        assertThat(seriesOf("stays")).isPositive();
    }

    @Test
    void keepsWhatBelongsToNoRoute() {
        serve("");
        metrics.keep(Set.of());
        assertThat(seriesOf("")).isEqualTo(1);
    }

    @Test
    void doesNotGrowWithReloads() {
        IntStream.range(0, 1_000).forEach(reload -> {
            metrics.keep(Set.of("route-" + reload));
            serve("route-" + reload);
            serve("late-" + reload);
        });
        // Of the last exchange and of what came late: a timer of requests each, two timers with their buckets each.
        assertThat(registry.getMeters()).allMatch(meter -> meter.getId().getTag("route").endsWith("-999"));
    }

    @Test
    void beginsAgainWhenARouteComesBack() {
        serve("back");
        metrics.keep(Set.of());
        serve("back");
        assertThat(registry.get("gatehouse.requests").tag("route", "back").timer().count()).isEqualTo(1);
    }
}
