package dev.gatehouse.gateway.routes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import dev.gatehouse.gateway.routes.PathPattern.Segment;

/// Why routes do not take a request, for people who expected another one. [RouteTable] decides; this only tells. Looks at every route, so it is
/// nothing for traffic.
public final class RouteCandidates {

    private RouteCandidates() {}

    /// The routes that come nearest to the request without taking it, nearest first.
    ///
    /// @param winner the route that takes it
    /// @param host in lower case without port
    /// @param path clean
    /// @param most how many at most
    public static List<Candidate> of(List<RouteSpec> routes, Optional<RouteSpec> winner, String host, String method, String path,
            int most) {
        String[] segments = path.substring(1).split("/", -1);
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        List<Candidate> others = new ArrayList<>();
        for (RouteSpec route : routes) {
            if (winner.isEmpty() || !winner.get().id().equals(route.id())) {
                others.add(judge(route, winner, name, method, segments));
            }
        }
        others.sort(Comparator.comparingInt(Candidate::distance));
        return List.copyOf(others.subList(0, Math.min(most, others.size())));
    }

    private static Candidate judge(RouteSpec route, Optional<RouteSpec> winner, String host, String method, String[] segments) {
        int mismatch = mismatch(route.match().path().segments(), segments);
        boolean hostFits = route.match().host().map(pattern -> fits(pattern, host)).orElse(true);
        if (mismatch >= 0) {
            // Nearer the more segments fit; farther than every route whose path fits.
            return new Candidate(route, pathReason(route.match().path().segments(), segments, mismatch)
                    + (hostFits ? "" : "; another host"), 1000 - mismatch * 10 + (hostFits ? 0 : 1));
        }
        if (!hostFits) {
            return new Candidate(route, "host: takes " + route.match().host().orElse(""), 300);
        }
        if (!takes(route.match(), method)) {
            return new Candidate(route, "method: takes " + (route.match().methods().isEmpty()
                    ? "no " + method
                    : String.join(", ", route.match().methods())), 200);
        }
        return new Candidate(route, "less specific than " + winner.map(RouteSpec::id).orElse("the gateway's own path"), 100);
    }

    static boolean takes(RouteMatch match, String method) {
        if (match.methods().isEmpty()) {
            return !method.equals("TRACE") && !method.equals("CONNECT");
        }
        return match.methods().contains(method) || (method.equals("HEAD") && match.methods().contains("GET"));
    }

    static boolean fits(String pattern, String host) {
        return pattern.startsWith("*.")
                ? host.length() >= pattern.length() && host.endsWith(pattern.substring(1))
                : pattern.equals(host);
    }

    /// Index of the first segment that does not fit; -1 when all do.
    static int mismatch(List<Segment> pattern, String[] segments) {
        for (int i = 0; i < pattern.size(); i++) {
            if (pattern.get(i) instanceof Segment.Rest) {
                return -1;
            }
            if (i == segments.length || !takes(pattern.get(i), segments[i])) {
                return i;
            }
        }
        return pattern.size() == segments.length ? -1 : pattern.size();
    }

    private static boolean takes(Segment wanted, String segment) {
        return switch (wanted) {
            case Segment.Literal(String text) -> text.equals(segment);
            case Segment.Variable _ -> !segment.isEmpty();
            case Segment.Rest() -> true;
        };
    }

    private static String pathReason(List<Segment> pattern, String[] segments, int at) {
        String place = "path segment " + (at + 1) + ": ";
        if (at >= pattern.size()) {
            return place + "the route ends before it";
        }
        String wanted = switch (pattern.get(at)) {
            case Segment.Literal(String text) -> text.isEmpty() ? "a slash at the end" : text;
            case Segment.Variable _ -> "anything but nothing";
            case Segment.Rest() -> "anything";
        };
        return place + "takes " + wanted + (at < segments.length ? "" : ", the path ends before it");
    }

    /// One route that does not take the request.
    ///
    /// @param route the route
    /// @param reason why not
    /// @param distance how far it is from taking it; smaller is nearer
    public record Candidate(RouteSpec route, String reason, int distance) {}
}
