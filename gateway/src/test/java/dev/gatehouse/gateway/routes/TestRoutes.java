package dev.gatehouse.gateway.routes;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.gatehouse.gateway.authentication.AcceptedIssuers;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.compression.Compression;
import dev.gatehouse.gateway.concurrency.ConcurrencySpec;
import dev.gatehouse.gateway.resilience.Protection;
import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.UpstreamSpec;

/// Makes routes for tests.
public final class TestRoutes {

    private TestRoutes() {}

    /// A public route whose id is its condition: `"GET,POST api.example.com/orders/**"`, methods and host as they are needed.
    public static RouteSpec route(String condition) {
        int space = condition.indexOf(' ');
        Set<String> methods = space < 0 ? Set.of() : Set.copyOf(Arrays.asList(condition.substring(0, space).split(",", -1)));
        String address = condition.substring(space + 1);
        int slash = address.indexOf('/');
        Optional<String> host = slash == 0 ? Optional.empty() : Optional.of(address.substring(0, slash));
        RouteMatch match = new RouteMatch(PathPattern.parse(address.substring(slash)), methods, host);
        return new RouteSpec(condition, match, UpstreamSpec.at(new InstanceSpec(URI.create("http://localhost:1"), 1)),
                Optional.empty(), AcceptedIssuers.NONE,
                new Access.Public(), 0,
                false, true,
                Protection.DEFAULT, BrowserPolicy.NONE, ConcurrencySpec.NONE, Optional.empty(), Compression.NONE, List.of());
    }

    static RouteTable table(String... conditions) {
        return RouteTable.of(Arrays.stream(conditions).map(TestRoutes::route).toList());
    }

    /// The id of the route that takes the request, `404`, or `405` with the methods that are allowed.
    static String match(RouteTable table, String method, String host, String path) {
        return switch (table.match(host, method, path)) {
            case RouteTable.Found(RouteSpec route) -> route.id();
            case RouteTable.NoRoute() -> "404";
            case RouteTable.MethodNotAllowed(Set<String> allow) -> "405 " + String.join(",", allow);
        };
    }
}
