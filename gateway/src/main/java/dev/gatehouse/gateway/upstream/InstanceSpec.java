package dev.gatehouse.gateway.upstream;

import java.net.URI;
import java.util.Set;

/// One place that requests go to, or the name of a service whose places somebody else knows. Immutable.
///
/// @param origin `http` or `https`, host, optional port; an optional path is put before the request's. Of a service: `lb` and its name
/// @param weight share among the upstream's instances, at least 1
public record InstanceSpec(URI origin, int weight) {

    private static final String SERVICE = "lb";

    /// Refuses what is not an absolute http(s) address, nor the name of a service.
    public InstanceSpec {
        if (!Set.of("http", "https", SERVICE).contains(origin.getScheme()) || origin.getHost() == null) {
            throw new IllegalArgumentException("upstream: " + origin + " (expected: http://host, https://host or lb://service)");
        }
        if (origin.getRawQuery() != null || origin.getRawFragment() != null || origin.getRawUserInfo() != null) {
            throw new IllegalArgumentException("upstream: " + origin + " (expected: no user, query or fragment)");
        }
        if (weight < 1) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: >= 1)");
        }
    }

    /// Whether it is the name of a service.
    public boolean isService() {
        return SERVICE.equals(origin.getScheme());
    }

    /// The address without a slash at its end.
    public String address() {
        String text = origin.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
