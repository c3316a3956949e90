package dev.gatehouse.gateway.change;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.gatehouse.gateway.routes.RouteSpec;

/// Which hosts two routes share, and the one among them that fewest other routes name. A host of `routes.yml` is a name, `*.` and a domain, or empty for
/// every host. Immutable.
final class Hosts {

    private final String label;

    private Hosts(String label) {
        this.label = label;
    }

    /// Knows the hosts that the routes name.
    static Hosts of(List<RouteSpec> routes) {
        Set<String> labels = new HashSet<>();
        for (RouteSpec route : routes) {
            if (route.match().host().isPresent()) {
                labels.addAll(List.of(route.match().host().get().split("\\.", -1)));
            }
        }
        String label = "any";
        while (labels.contains(label)) {
            label += "-other";
        }
        return new Hosts(label);
    }

    /// A host that both take; empty if there is none.
    Optional<String> shared(String one, String other) {
        return takes(one, other) ? Optional.of(sample(other)) : takes(other, one) ? Optional.of(sample(one)) : Optional.empty();
    }

    /// Whether a host takes everything that another takes.
    static boolean takes(String wide, String narrow) {
        if (wide.isEmpty() || wide.equals(narrow)) {
            return true;
        }
        String name = narrow.startsWith("*") ? narrow.substring(1) : narrow;
        return wide.startsWith("*.") && name.endsWith(wide.substring(1)) && narrow.length() >= wide.length();
    }

    private String sample(String host) {
        return host.isEmpty() ? label : host.startsWith("*.") ? label + host.substring(1) : host;
    }
}
