package dev.gatehouse.gateway.routes;

import java.util.List;
import java.util.Optional;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.ratelimit.LimitSpec;

/// A whole `routes.yml` that is good: read, free of conflicts, its tests passed. Immutable.
///
/// @param issuers whose tokens are believed
/// @param routes in the order of the file; no two can take the same request with the same precedence
/// @param tests what the file says about itself
/// @param arrivals how many requests of one address each instance takes, before it looks at any token
/// @param warnings what an operator should know though it is allowed, one sentence each
public record Routes(List<IssuerSpec> issuers, List<RouteSpec> routes, List<RouteTest> tests, Optional<LimitSpec> arrivals,
        List<String> warnings) {

    /// What is in place before anything was read.
    public static final Routes NONE = new Routes(List.of(), List.of(), List.of(), Optional.empty(), List.of());

    /// Copies the lists.
    public Routes {
        issuers = List.copyOf(issuers);
        routes = List.copyOf(routes);
        tests = List.copyOf(tests);
        warnings = List.copyOf(warnings);
    }
}
