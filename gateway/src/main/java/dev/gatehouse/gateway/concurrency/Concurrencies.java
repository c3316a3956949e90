package dev.gatehouse.gateway.concurrency;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The requests under way of all routes. What is counted for a route outlives a change of the file that leaves the route there. Thread-safe.
public final class Concurrencies {

    private final ConcurrentMap<String, Concurrency> byRoute = new ConcurrentHashMap<>();

    /// No request is under way yet.
    public Concurrencies() {}

    /// Those of one route.
    public Concurrency of(String route) {
        return byRoute.computeIfAbsent(route, _ -> new Concurrency());
    }

    /// Forgets all routes but these.
    public void keep(Set<String> routes) {
        byRoute.keySet().retainAll(routes);
    }
}
