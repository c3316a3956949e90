package dev.gatehouse.gateway.upstream;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// An upstream as `routes.yml` says it. Immutable.
///
/// @param id its name under `upstreams`; the address where there is only that, `route:ID` for a list within a route
/// @param instances where its requests go; at least one
/// @param balance how they are shared out
/// @param health how its instances are asked whether they are well, if they are
/// @param link how they are spoken with
public record UpstreamSpec(String id, List<InstanceSpec> instances, Balance balance, Optional<HealthCheck> health, Link link) {

    /// Copies the list and refuses an upstream that leads nowhere.
    public UpstreamSpec {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(balance, "balance");
        Objects.requireNonNull(health, "health");
        Objects.requireNonNull(link, "link");
        instances = List.copyOf(instances);
        if (instances.isEmpty()) {
            throw new IllegalArgumentException("upstream: none (expected: at least one)");
        }
        if (instances.size() > 1 && instances.stream().anyMatch(InstanceSpec::isService)) {
            throw new IllegalArgumentException("upstream: " + instances + " (expected: a service has all of the instances)");
        }
    }

    /// The service that has the instances, where the file does not name them.
    public Optional<String> service() {
        InstanceSpec first = instances.getFirst();
        return first.isService() ? Optional.of(first.origin().getHost()) : Optional.empty();
    }

    /// Without questions about its health.
    public UpstreamSpec(String id, List<InstanceSpec> instances, Balance balance) {
        this(id, instances, balance, Optional.empty(), Link.PLAIN);
    }

    /// Spoken with in the usual way.
    public UpstreamSpec(String id, List<InstanceSpec> instances, Balance balance, Optional<HealthCheck> health) {
        this(id, instances, balance, health, Link.PLAIN);
    }

    /// One place and no name.
    public static UpstreamSpec at(InstanceSpec only) {
        return new UpstreamSpec(only.address(), List.of(only), new Balance.LeastBusy());
    }
}
