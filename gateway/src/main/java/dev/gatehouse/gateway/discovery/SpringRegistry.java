package dev.gatehouse.gateway.discovery;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.OwnAddresses;

/// Asks Spring Cloud's `DiscoveryClient`, whichever is there. Thread-safe; the one type that knows it.
public final class SpringRegistry implements Registry {

    private static final Logger LOG = LoggerFactory.getLogger(SpringRegistry.class);
    private static final int MOST_LOGGED = 256;

    private final Optional<DiscoveryClient> client;
    private final OwnAddresses own;
    private final Set<String> refused = new HashSet<>();

    /// @param client empty: no service is known
    /// @param own what no instance may be, whatever a registry says
    public SpringRegistry(Optional<DiscoveryClient> client, OwnAddresses own) {
        this.client = client;
        this.own = own;
    }

    /// Each place once, in an order that does not depend on the registry's.
    @Override
    public List<InstanceSpec> find(String service) {
        Map<String, InstanceSpec> places = new TreeMap<>();
        for (ServiceInstance instance : client.orElseThrow(() -> new IllegalStateException("no registry"))
                .getInstances(service)) {
            place(service, instance).filter(place -> mayBe(service, place))
                    .ifPresent(place -> places.put(place.address(), place));
        }
        return List.copyOf(places.values());
    }

    private boolean mayBe(String service, InstanceSpec place) {
        String wrong = own.wrong(place.origin());
        if (!wrong.isEmpty() && isNew(service + ' ' + place.address())) {
            LOG.warn("Service {} has no instance at {} whatever the registry says: {}", service, place.address(), wrong);
        }
        return wrong.isEmpty();
    }

    /// Logged once, and a registry that tells ever new ones fills no memory.
    private synchronized boolean isNew(String refusal) {
        return refused.size() < MOST_LOGGED && refused.add(refusal);
    }

    private static Optional<InstanceSpec> place(String service, ServiceInstance instance) {
        try {
            return Optional.of(new InstanceSpec(new URI(instance.isSecure() ? "https" : "http", null, instance.getHost(),
                    instance.getPort() > 0 ? instance.getPort() : -1, null, null, null), 1));
        } catch (URISyntaxException | IllegalArgumentException unusable) {
            LOG.warn("An instance of service {} has no usable address", service);
            return Optional.empty();
        }
    }
}
