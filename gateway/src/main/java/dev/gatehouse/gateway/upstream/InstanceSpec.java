package dev.gatehouse.gateway.upstream;

import java.net.URI;

/// One place that requests go to. Immutable.
///
/// @param origin `http` or `https`, host, optional port; an optional path is put before the request's
/// @param weight share among the upstream's instances, at least 1
public record InstanceSpec(URI origin, int weight) {

    /// Refuses what is not an absolute http(s) address.
    public InstanceSpec {
        if (!("http".equals(origin.getScheme()) || "https".equals(origin.getScheme())) || origin.getHost() == null) {
            throw new IllegalArgumentException("upstream: " + origin + " (expected: http://host or https://host)");
        }
        if (origin.getRawQuery() != null || origin.getRawFragment() != null || origin.getRawUserInfo() != null) {
            throw new IllegalArgumentException("upstream: " + origin + " (expected: no user, query or fragment)");
        }
        if (weight < 1) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: >= 1)");
        }
    }

    /// The address without a slash at its end.
    public String address() {
        String text = origin.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
