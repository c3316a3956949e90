package dev.gatehouse.gateway.routes;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.ratelimit.LimitSpec;

/// A whole `routes.yml` that is good: read, free of conflicts, its tests passed. Immutable and thread-safe.
public final class Routes {

    /// What is in place before anything was read.
    public static final Routes NONE = new Routes(List.of(), List.of(), List.of(), Optional.empty(), List.of());

    private final List<IssuerSpec> issuers;
    private final List<RouteSpec> routes;
    private final List<RouteTest> tests;
    private final Optional<LimitSpec> arrivals;
    private final List<String> warnings;
    private volatile @Nullable RouteTable table;

    /// Copies the lists.
    ///
    /// @param issuers whose tokens are believed
    /// @param routes in the order of the file; no two can take the same request with the same precedence
    /// @param tests what the file says about itself
    /// @param arrivals how many requests of one address each instance takes, before it looks at any token
    /// @param warnings what an operator should know though it is allowed, one sentence each
    public Routes(List<IssuerSpec> issuers, List<RouteSpec> routes, List<RouteTest> tests, Optional<LimitSpec> arrivals,
            List<String> warnings) {
        this.issuers = List.copyOf(issuers);
        this.routes = List.copyOf(routes);
        this.tests = List.copyOf(tests);
        this.arrivals = Objects.requireNonNull(arrivals, "arrivals");
        this.warnings = List.copyOf(warnings);
    }

    /// Whose tokens are believed.
    public List<IssuerSpec> issuers() {
        return issuers;
    }

    /// In the order of the file; no two can take the same request with the same precedence.
    public List<RouteSpec> routes() {
        return routes;
    }

    /// What the file says about itself.
    public List<RouteTest> tests() {
        return tests;
    }

    /// How many requests of one address each instance takes, before it looks at any token.
    public Optional<LimitSpec> arrivals() {
        return arrivals;
    }

    /// What an operator should know though it is allowed, one sentence each.
    public List<String> warnings() {
        return warnings;
    }

    /// Finds the route of a request. Made when it is first asked for, and kept: a reload asks the routes of before, too.
    ///
    /// @throws IllegalArgumentException if two routes take the same requests, which no good file has
    public RouteTable table() {
        RouteTable made = table;
        if (made == null) {
            made = RouteTable.of(routes);
            table = made;
        }
        return made;
    }
}
