package dev.gatehouse.gateway.routes;

import java.util.Objects;

import dev.gatehouse.gateway.authentication.Caller;

/// One request that `routes.yml` makes a promise about. Immutable.
///
/// @param route id of the route under which it is written
/// @param line where it is written
/// @param column where it is written
/// @param path the keys that lead to it: `routes[0].tests[1]`
/// @param method the request's method
/// @param target the request's target, as in a request line
/// @param host the request's host
/// @param caller who asks
/// @param expected what must come of it
public record RouteTest(String route, int line, int column, String path, String method, String target, String host, Caller caller,
        Outcome expected) {

    /// Refuses absent parts.
    public RouteTest {
        Objects.requireNonNull(route, "route");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(caller, "caller");
        Objects.requireNonNull(expected, "expected");
    }

    /// What matching and access can come to.
    public sealed interface Outcome {

        /// The route under which the test is written takes the request and lets the caller in.
        record Forward() implements Outcome {
            @Override
            public String toString() {
                return "forward";
            }
        }

        /// The gateway answers itself: 400 for a path it refuses, 404 and 405 when no route takes the request, 401 and 403 when the route under
        /// which the test is written takes it and does not let the caller in.
        record Status(int code) implements Outcome {
            @Override
            public String toString() {
                return Integer.toString(code);
            }
        }
    }
}
