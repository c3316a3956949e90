package dev.gatehouse.gateway.upstream;

import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// Upstreams whose instances a registry tells.
class ServicesTests {

    private static final UpstreamSpec ORDERS = UpstreamSpec.at(place("lb://orders"));

    private final Map<String, List<InstanceSpec>> registry = new HashMap<>();
    private final Upstreams all = new Upstreams(Clock.systemUTC(), _ -> 0, UpstreamEvents.NONE,
            service -> registry.getOrDefault(service, List.of()));

    private static InstanceSpec place(String address) {
        return new InstanceSpec(URI.create(address), 1);
    }

    private static List<InstanceSpec> places(String... addresses) {
        return List.of(addresses).stream().map(ServicesTests::place).toList();
    }

    private static List<String> addresses(Upstream upstream) {
        return upstream.instances().stream().map(Instance::address).toList();
    }

    private Upstream orders() {
        all.replace(Set.of(ORDERS));
        return all.of(ORDERS);
    }

    @Test
    void beginWithWhatIsKnown() {
        registry.put("orders", places("http://a", "http://b"));
        assertThat(addresses(orders())).containsExactly("http://a", "http://b");
    }

    @Test
    void haveNoInstanceAsLongAsNobodyHasTold() {
        assertThat(orders().size()).isZero();
        assertThatThrownBy(() -> orders().choose(0, null)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void followTheRegistryAndRememberWhoStays() {
        Upstream orders = orders();
        all.moved("orders", places("http://a", "http://b"));
        Instance a = orders.instances().getFirst();
        a.failed();

        all.moved("orders", places("http://a", "http://c"));

        assertThat(addresses(orders)).containsExactly("http://a", "http://c");
        assertThat(orders.instances().getFirst()).isSameAs(a);
    }

    @Test
    void sendARequestThatComesTooLateWhereTheLastInstanceWas() {
        Upstream orders = orders();
        all.moved("orders", places("http://a"));
        all.moved("orders", List.of());

        assertThat(orders.size()).isZero();
        assertThat(orders.choose(0, null).address()).isEqualTo("http://a");
    }

    @Test
    void concernNoOtherUpstream() {
        UpstreamSpec other = UpstreamSpec.at(place("lb://other"));
        UpstreamSpec plain = UpstreamSpec.at(place("http://plain"));
        all.replace(Set.of(ORDERS, other, plain));

        all.moved("orders", places("http://a"));

        assertThat(all.of(other).size()).isZero();
        assertThat(addresses(all.of(plain))).containsExactly("http://plain");
    }

    @Test
    void standAlone() {
        List<InstanceSpec> mixed = places("lb://orders", "http://a");
        assertThatThrownBy(() -> new UpstreamSpec("mixed", mixed, new Balance.LeastBusy()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("a service has all of the instances");
    }
}
