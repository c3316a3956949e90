package dev.gatehouse.gateway.upstream;

import java.util.List;
import java.util.Objects;

/// An upstream as `routes.yml` says it. Immutable.
///
/// @param id its name under `upstreams`; the address where there is only that, `route:ID` for a list within a route
/// @param instances where its requests go; at least one
/// @param balance how they are shared out
public record UpstreamSpec(String id, List<InstanceSpec> instances, Balance balance) {

    /// Copies the list and refuses an upstream that leads nowhere.
    public UpstreamSpec {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(balance, "balance");
        instances = List.copyOf(instances);
        if (instances.isEmpty()) {
            throw new IllegalArgumentException("upstream: none (expected: at least one)");
        }
    }

    /// One place and no name.
    public static UpstreamSpec at(InstanceSpec only) {
        return new UpstreamSpec(only.address(), List.of(only), new Balance.LeastBusy());
    }
}
