package dev.gatehouse.gateway.routes;

import java.net.URI;

/// One place that requests go to. Immutable.
///
/// @param origin `http` or `https`, host, optional port; an optional path is put before the request's
/// @param weight share among the route's upstreams, at least 1
public record Upstream(URI origin, int weight) {

    /// Refuses what is not an absolute http(s) address.
    public Upstream {
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
}
