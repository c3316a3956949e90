package dev.gatehouse.gateway.routes;

import java.util.Locale;
import java.util.Set;

import dev.gatehouse.gateway.path.PathPolicy;
import dev.gatehouse.gateway.path.PathReadings;
import dev.gatehouse.gateway.path.PathVerdict;

/// What becomes of a request before anybody asks who sent it: is its target clear, and which route takes it. The one place that says in which order that
/// is asked, for traffic, for `explain` and for the tests in `routes.yml`.
public sealed interface Entrance {

    /// Where the public keys of the gateway's assertions are.
    String KEY_SET = "/.well-known/gatehouse/jwks.json";

    /// Judges one request. Thread-safe, does no I/O.
    ///
    /// @param method with regard to case
    /// @param target as in the request line
    /// @param host the `Host` that an absolute target must agree with
    /// @param hostName see [#hostName(String)]
    static Entrance of(RouteTable table, String method, String target, String host, String hostName) {
        if (hasSmallLetter(method)) {
            return new Malformed("method in small letters");
        }
        return switch (PathPolicy.check(target, host)) {
            case PathVerdict.Ambiguous ambiguous -> inEveryReading(table, method, target, hostName, ambiguous.why());
            case PathVerdict.Malformed malformed -> new Malformed(malformed.why());
            case PathVerdict.Clean clean when isOwn(clean.path()) -> new Own(clean);
            case PathVerdict.Clean clean -> switch (table.match(hostName, method, clean.path())) {
                case RouteTable.Found found -> new Taken(clean, found.spec());
                case RouteTable.MethodNotAllowed no -> new NoMethod(clean, no.allow());
                case RouteTable.NoRoute _ -> new NoRoute(clean);
            };
        };
    }

    /// Methods are told apart by case (RFC 9110 §9.1), but there are backends that run `post` as POST: past the route that POST has.
    private static boolean hasSmallLetter(String method) {
        for (int i = 0; i < method.length(); i++) {
            if (method.charAt(i) >= 'a' && method.charAt(i) <= 'z') {
                return true;
            }
        }
        return false;
    }

    /// A path with several readings is taken by the route that takes every one of them and allows what makes them differ; by none otherwise.
    private static Entrance inEveryReading(RouteTable table, String method, String target, String hostName,
            String why) {
        PathReadings readings = table.allowsReadings() ? PathReadings.of(target).orElse(null) : null;
        if (readings == null) {
            return new Ambiguous(why);
        }
        RouteTable.Found route = null;
        for (String path : readings.paths()) {
            if (isOwn(path) || !(table.match(hostName, method, path) instanceof RouteTable.Found found)
                    || !found.spec().match().allow().containsAll(readings.needed())
                    || (route != null && !route.spec().id().equals(found.spec().id()))) {
                return new Ambiguous(why);
            }
            route = found;
        }
        return route == null ? new Ambiguous(why) : new Taken(readings.target(), route.spec());
    }

    /// The name in a `Host` field: in lower case, without the port.
    static String hostName(String field) {
        int port = field.indexOf(':', field.startsWith("[") ? Math.max(0, field.indexOf(']')) : 0);
        return (port < 0 ? field : field.substring(0, port)).toLowerCase(Locale.ROOT);
    }

    /// Paths that the gateway answers itself, before any route is looked for.
    static boolean isOwn(String path) {
        return path.equals("/livez") || path.equals("/readyz") || path.equals(KEY_SET);
    }

    /// Two parsers could see different paths.
    ///
    /// @param why for the log, not for the client
    record Ambiguous(String why) implements Entrance {}

    /// Not a method or a target that a gateway can forward.
    ///
    /// @param why for the log, not for the client
    record Malformed(String why) implements Entrance {}

    /// The gateway answers itself.
    ///
    /// @param target the target, taken apart
    record Own(PathVerdict.Clean target) implements Entrance {}

    /// A route takes it.
    ///
    /// @param target the target, taken apart
    /// @param route the route
    record Taken(PathVerdict.Clean target, RouteSpec route) implements Entrance {}

    /// Routes take the address, none the method.
    ///
    /// @param target the target, taken apart
    /// @param allow methods that some route takes
    record NoMethod(PathVerdict.Clean target, Set<String> allow) implements Entrance {}

    /// No route takes the address.
    ///
    /// @param target the target, taken apart
    record NoRoute(PathVerdict.Clean target) implements Entrance {}
}
