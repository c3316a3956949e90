package dev.gatehouse.gateway.routes;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RouteCandidatesTests {

    /// What stands against a route is what a table of that route alone says.
    @Test
    void givesTheReasonThatTheTableHas() {
        for (int seed = 0; seed < 300; seed++) {
            RandomRoutes random = new RandomRoutes(seed, 4);
            List<RouteSpec> routes = random.table(20);
            RouteTable table = RouteTable.of(routes);
            for (int i = 0; i < 20; i++) {
                String host = random.host();
                String method = random.method();
                String path = random.path();
                Optional<RouteSpec> winner = table.match(host, method, path) instanceof RouteTable.Found found
                        ? Optional.of(found.spec())
                        : Optional.empty();
                for (RouteCandidates.Candidate other : RouteCandidates.of(routes, winner, host, method, path, 100)) {
                    String expected = switch (RouteTable.of(List.of(other.route())).match(host, method, path)) {
                        case RouteTable.Found _ -> "less specific";
                        case RouteTable.MethodNotAllowed _ -> "method";
                        case RouteTable.NoRoute _ -> other.reason().startsWith("host") ? "host" : "path segment";
                    };
                    assertThat(other.reason()).as("seed %s: %s %s%s", seed, method, host, path).startsWith(expected);
                }
            }
        }
    }

    @Test
    void namesTheNearestFirstAndNoMoreThanAsked() {
        List<RouteSpec> routes = List.of(TestRoutes.route("/x/y/z"), TestRoutes.route("/a/b"), TestRoutes.route("POST /a/{id}"),
                TestRoutes.route("/**"), TestRoutes.route("/a/c"));

        assertThat(RouteCandidates.of(routes, Optional.of(routes.getLast()), "h", "GET", "/a/c", 3))
                .extracting(other -> other.route().id() + " " + other.reason())
                .containsExactly("/** less specific than /a/c", "POST /a/{id} method: takes POST",
                        "/a/b path segment 2: takes b");
    }
}
