package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import dev.gatehouse.gateway.routes.PathPattern;
import dev.gatehouse.gateway.routes.PathPattern.Segment;
import dev.gatehouse.gateway.routes.RouteMatch;
import dev.gatehouse.gateway.routes.RouteSpec;

/// Requests that two routes both could take, one for each form they can have: as many segments as matter, with and without a slash at the end, each
/// method that either lists. Where neither route asks for a certain value, the sample has one that no route names, so whoever takes the sample instead
/// of the two would take every other request of that form as well. That is why these few stand for all. Immutable.
final class Samples {

    private static final String NONE = "none";
    private static final String SEGMENT = "any";
    private static final String METHOD = "ANY";

    private final Hosts hosts;
    private final String segment;
    private final String method;
    private final int longest;

    private Samples(Hosts hosts, String segment, String method, int longest) {
        this.hosts = hosts;
        this.segment = segment;
        this.method = method;
        this.longest = longest;
    }

    /// Knows the values that the routes name.
    static Samples of(List<RouteSpec> routes) {
        Set<String> segments = new HashSet<>();
        Set<String> methods = new HashSet<>();
        int longest = 1;
        for (RouteSpec route : routes) {
            List<Segment> parts = route.match().path().segments();
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i) instanceof Segment.Literal literal && literal.text().startsWith(SEGMENT)) {
                    segments.add(literal.text());
                }
            }
            if (!route.match().methods().isEmpty()) {
                methods.addAll(route.match().methods());
            }
            longest = Math.max(longest, parts.getLast() instanceof Segment.Rest ? parts.size() - 1 : parts.size());
        }
        return new Samples(Hosts.of(routes), other(SEGMENT, segments), other(METHOD, methods), longest + 1);
    }

    private static String other(String wanted, Set<String> taken) {
        String name = wanted;
        while (taken.contains(name)) {
            name += wanted;
        }
        return name;
    }

    /// The first request of both that satisfies the condition; a readable one where that makes no difference.
    Optional<Sample> first(RouteMatch one, RouteMatch other, Predicate<Sample> condition) {
        Optional<String> host = hosts.shared(one.host().orElse(""), other.host().orElse(""));
        if (host.isEmpty()) {
            return Optional.empty();
        }
        boolean anyHost = one.host().isEmpty() && other.host().isEmpty();
        for (String path : paths(one.path(), other.path())) {
            for (String candidate : methods(one, other)) {
                Sample sample = new Sample(candidate, host.get(), path, anyHost);
                if (condition.test(sample)) {
                    Sample usual = new Sample("GET", host.get(), path, anyHost);
                    return Optional.of(candidate.equals(method) && condition.test(usual) ? usual : sample);
                }
            }
        }
        return Optional.empty();
    }

    private Set<String> methods(RouteMatch one, RouteMatch other) {
        Set<String> methods = new LinkedHashSet<>(one.methods());
        methods.addAll(other.methods());
        methods.add(method);
        methods.add("HEAD"); // taken by whoever lists GET
        methods.removeIf(name -> !takes(one, name) || !takes(other, name));
        return methods;
    }

    private static boolean takes(RouteMatch match, String method) {
        Set<String> methods = match.methods();
        return methods.isEmpty() || methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
    }

    private List<String> paths(PathPattern one, PathPattern other) {
        List<Segment> left = fixed(one);
        List<Segment> right = fixed(other);
        boolean leftEnds = left.size() == one.segments().size();
        boolean rightEnds = right.size() == other.segments().size();
        int least = Math.max(1, Math.max(left.size(), right.size()));
        int most = leftEnds ? left.size() : rightEnds ? right.size() : Math.max(least, longest);
        List<String> paths = new ArrayList<>();
        if ((leftEnds && right.size() > left.size()) || (rightEnds && left.size() > right.size())
                || (leftEnds && rightEnds && left.size() != right.size())) {
            return paths;
        }
        for (int length = least; length <= most; length++) {
            add(path(left, right, length), paths);
            if (length > left.size() && length > right.size()) {
                String before = length == 1 ? "" : path(left, right, length - 1);
                add(before.equals(NONE) ? NONE : before + "/", paths);
            }
        }
        return paths;
    }

    private static void add(String path, List<String> paths) {
        if (!path.equals(NONE)) {
            paths.add(path);
        }
    }

    private String path(List<Segment> left, List<Segment> right, int length) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < length; i++) {
            String one = i < left.size() && left.get(i) instanceof Segment.Literal(String text) ? text : segment;
            String other = i < right.size() && right.get(i) instanceof Segment.Literal(String text) ? text : segment;
            boolean oneFree = one.equals(segment);
            boolean otherFree = other.equals(segment);
            if ((!oneFree && !otherFree && !one.equals(other)) || (one.isEmpty() && isVariable(right, i))
                    || (other.isEmpty() && isVariable(left, i))) {
                return NONE;
            }
            path.append('/').append(oneFree ? other : one);
        }
        return path.toString();
    }

    private static boolean isVariable(List<Segment> segments, int i) {
        return i < segments.size() && segments.get(i) instanceof Segment.Variable;
    }

    /// The segments without `**`.
    private static List<Segment> fixed(PathPattern pattern) {
        List<Segment> segments = pattern.segments();
        return segments.getLast() instanceof Segment.Rest ? segments.subList(0, segments.size() - 1) : segments;
    }
}
