package dev.gatehouse.gateway.routes;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/// Finds the route of a request: the most specific one that takes it, whatever the order in the file. Immutable and thread-safe; the cost of a
/// match depends on the request's host and segments, not on the number of routes.
///
/// Precedence, first difference wins:
/// 1. Host: the request's own name, then `*.` patterns from the longest to the shortest, then routes without a host.
/// 2. Path, segment by segment from the left: literal before `*` and `{name}`, these before `**`; a path that ends before one that goes on with `**`.
/// 3. Method: a route that lists the method (for `HEAD`, then one that lists `GET`), then a route without methods.
///
/// When the most specific route does not take the method, the next specific one is asked, down to routes of another host group; only when
/// none takes it the answer is [MethodNotAllowed] with the methods of all of them. `OPTIONS` is a method like any other: a route that lists methods
/// takes it only if it lists it. A route without methods takes every method but `CONNECT` and `TRACE`, which no route takes: one opens a tunnel
/// (RFC 9110 §9.3.6), the other shows the caller what the backend received, our headers included (§9.3.8).
public final class RouteTable {

    private final PathTree everyHost;
    private final Map<String, PathTree> byHost;
    /// Keyed by what follows the star, with the dot: `.example.com`.
    private final Map<String, PathTree> byDomain;
    private final int longestDomain;
    private final boolean readings;

    private RouteTable(PathTree everyHost, Map<String, PathTree> byHost, Map<String, PathTree> byDomain,
            boolean readings) {
        this.everyHost = everyHost;
        this.byHost = byHost;
        this.byDomain = byDomain;
        this.readings = readings;
        this.longestDomain = byDomain.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    /// Builds the index.
    ///
    /// @throws IllegalArgumentException if two routes take the same requests
    public static RouteTable of(List<RouteSpec> routes) {
        PathTree everyHost = new PathTree();
        Map<String, PathTree> byHost = new HashMap<>();
        Map<String, PathTree> byDomain = new HashMap<>();
        boolean readings = false;
        for (RouteSpec route : routes) {
            String host = route.match().host().orElse("");
            PathTree tree = host.isEmpty()
                    ? everyHost
                    : host.startsWith("*.")
                            ? byDomain.computeIfAbsent(host.substring(1), _ -> new PathTree())
                            : byHost.computeIfAbsent(host, _ -> new PathTree());
            tree.add(route.match(), new Found(route));
            readings |= !route.match().allow().isEmpty();
        }
        return new RouteTable(everyHost, byHost, byDomain, readings);
    }

    /// Whether any route takes paths that parsers read differently.
    boolean allowsReadings() {
        return readings;
    }

    /// Finds the route of a request.
    ///
    /// @param host in lower case without port; a dot at the end does not matter
    /// @param method with regard to case (RFC 9110 §9.1)
    /// @param path [clean][dev.gatehouse.gateway.path.PathVerdict.Clean#path()]
    public Match match(String host, String method, String path) {
        PathTree.Walk walk = new PathTree.Walk(method, path);
        Match match = find(host, walk);
        return match != null ? match : refusal(host, walk);
    }

    private @Nullable Match find(String host, PathTree.Walk walk) {
        if (!byHost.isEmpty() || !byDomain.isEmpty()) {
            Found found = findByHost(withoutLastDot(host), walk);
            if (found != null) {
                return found;
            }
        }
        return everyHost.find(walk);
    }

    private @Nullable Found findByHost(String host, PathTree.Walk walk) {
        PathTree own = byHost.get(host);
        Found found = own == null ? null : own.find(walk);
        if (longestDomain == 0) {
            return found;
        }
        // Shorter than the whole name: a star stands for at least one character.
        for (int dot = host.indexOf('.', Math.max(1, host.length() - longestDomain)); dot > 0
                && found == null; dot = host.indexOf('.', dot + 1)) {
            PathTree domain = byDomain.get(host.substring(dot));
            found = domain == null ? null : domain.find(walk);
        }
        return found;
    }

    private Match refusal(String host, PathTree.Walk walk) {
        Set<String> allow = new TreeSet<>();
        walk.collect(allow);
        find(host, walk);
        return allow.isEmpty() ? new NoRoute() : new MethodNotAllowed(allow);
    }

    private static String withoutLastDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /// The answer to [#match].
    public sealed interface Match {}

    /// The route that takes the request.
    ///
    /// @param spec the route as the file says it
    public record Found(RouteSpec spec) implements Match {}

    /// No route takes the host and path: 404.
    public record NoRoute() implements Match {}

    /// Routes take the host and path, but none the method: 405.
    ///
    /// @param allow what the `Allow` field lists (RFC 9110 §10.2.1), sorted, never empty
    public record MethodNotAllowed(Set<String> allow) implements Match {}
}
