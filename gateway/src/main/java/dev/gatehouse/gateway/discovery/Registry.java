package dev.gatehouse.gateway.discovery;

import java.util.List;

import dev.gatehouse.gateway.upstream.InstanceSpec;

/// Knows where the instances of services are.
@FunctionalInterface
public interface Registry {

    /// The instances that a service has now; none is an answer, too. May block.
    ///
    /// @throws RuntimeException when it cannot tell
    List<InstanceSpec> find(String service);
}
