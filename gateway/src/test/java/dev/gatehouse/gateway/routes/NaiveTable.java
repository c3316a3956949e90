package dev.gatehouse.gateway.routes;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.gatehouse.gateway.routes.PathPattern.Segment;

/// The rules of [RouteTable] said once more, slowly: try every route, keep those that take the request, sort them.
record NaiveTable(List<RouteSpec> routes) {

    String match(String method, String host, String path) {
        List<RouteSpec> onPath = routes.stream().filter(route -> takesHost(route, host) && takesPath(route, path)).toList();
        Optional<RouteSpec> best = onPath.stream()
                .filter(route -> methodRank(route, method) < 3)
                .min(Comparator.<RouteSpec>comparingInt(route -> hostRank(route))
                        .thenComparing(NaiveTable::kinds)
                        .thenComparingInt(route -> methodRank(route, method)));
        if (best.isPresent()) {
            return best.get().id();
        }
        return onPath.isEmpty() ? "404" : "405 " + String.join(",", allow(onPath));
    }

    private static boolean takesHost(RouteSpec route, String host) {
        String pattern = route.match().host().orElse(host);
        return pattern.startsWith("*.")
                ? host.endsWith(pattern.substring(1)) && host.length() >= pattern.length()
                : host.equals(pattern);
    }

    private static int hostRank(RouteSpec route) {
        String pattern = route.match().host().orElse("");
        return pattern.isEmpty() ? 1000 : pattern.startsWith("*.") ? 500 - pattern.length() : 0;
    }

    private static boolean takesPath(RouteSpec route, String path) {
        return takes(route.match().path().segments(), List.of(path.substring(1).split("/", -1)));
    }

    private static boolean takes(List<Segment> pattern, List<String> path) {
        if (pattern.isEmpty() || pattern.getFirst() instanceof Segment.Rest) {
            return !pattern.isEmpty() || path.isEmpty();
        }
        boolean first = !path.isEmpty() && switch (pattern.getFirst()) {
            case Segment.Literal(String text) -> text.equals(path.getFirst());
            case Segment.Variable _ -> !path.getFirst().isEmpty();
            case Segment.Rest _ -> true;
        };
        return first && takes(pattern.subList(1, pattern.size()), path.subList(1, path.size()));
    }

    /// `a` literal, `b` variable, `c` rest: the order of these words is the order of precedence, a word before its continuations.
    private static String kinds(RouteSpec route) {
        StringBuilder kinds = new StringBuilder();
        for (Segment segment : route.match().path().segments()) {
            kinds.append(switch (segment) {
                case Segment.Literal _ -> 'a';
                case Segment.Variable _ -> 'b';
                case Segment.Rest _ -> 'c';
            });
        }
        return kinds.toString();
    }

    private static int methodRank(RouteSpec route, String method) {
        Set<String> methods = route.match().methods();
        if (methods.contains(method)) {
            return 0;
        }
        if (method.equals("HEAD") && methods.contains("GET")) {
            return 1;
        }
        return methods.isEmpty() && !Set.of("TRACE", "CONNECT").contains(method) ? 2 : 3;
    }

    private static Set<String> allow(List<RouteSpec> routes) {
        Set<String> allow = new TreeSet<>();
        for (RouteSpec route : routes) {
            Set<String> methods = route.match().methods();
            allow.addAll(methods.isEmpty() ? Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") : methods);
        }
        if (allow.contains("GET")) {
            allow.add("HEAD");
        }
        return allow;
    }
}
