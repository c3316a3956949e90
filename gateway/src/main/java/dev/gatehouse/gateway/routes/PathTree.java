package dev.gatehouse.gateway.routes;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.routes.PathPattern.Segment;
import dev.gatehouse.gateway.routes.RouteTable.Found;

/// The paths of one host as a tree with a level for each segment. Filled while a table is built, then only read.
final class PathTree {

    private final Node root = new Node();

    void add(RouteMatch match, Found route) {
        Node node = root;
        for (Segment segment : match.path().segments()) {
            switch (segment) {
                case Segment.Literal(String text) -> node = node.literal(text);
                case Segment.Variable _ -> node = node.variable();
                case Segment.Rest _ -> {
                    node.rest = Methods.with(node.rest, match.methods(), route);
                    return;
                }
            }
        }
        node.end = Methods.with(node.end, match.methods(), route);
    }

    /// The most specific route of this tree that takes the path and the method, or null.
    @Nullable
    Found find(Walk walk) {
        return below(root, 0, walk);
    }

    /// Tries what stands below a node: literal, then variable, then rest; what leads nowhere is left again.
    ///
    /// @param slash index of the slash before the next segment; the path's length when nothing follows
    private static @Nullable Found below(Node node, int slash, Walk walk) {
        walk.steps++;
        Found found = slash == walk.path.length() ? walk.take(node.end) : next(node, slash + 1, walk);
        return found != null ? found : walk.take(node.rest);
    }

    private static @Nullable Found next(Node node, int start, Walk walk) {
        int slash = walk.path.indexOf('/', start);
        int end = slash < 0 ? walk.path.length() : slash;
        SegmentMap<Node> literals = node.literals;
        Node literal = literals == null ? null : literals.get(walk.path, start, end);
        Found found = literal == null ? null : below(literal, end, walk);
        Node variable = node.variable;
        return found != null || variable == null || start == end ? found : below(variable, end, walk);
    }

    /// What is below one segment; nearly all of it is absent from nearly all nodes.
    private static final class Node {
        private @Nullable SegmentMap<Node> literals;
        private @Nullable Methods end;
        private @Nullable Methods rest;
        private @Nullable Node variable;

        private Node literal(String text) {
            SegmentMap<Node> known = literals == null ? new SegmentMap<>() : literals;
            literals = known;
            return known.computeIfAbsent(text, Node::new);
        }

        private Node variable() {
            Node node = variable == null ? new Node() : variable;
            variable = node;
            return node;
        }
    }

    /// The routes of one path, by method.
    private static final class Methods {
        private Map<String, Found> listed = Map.of();
        private @Nullable Found unlisted;

        private static Methods with(@Nullable Methods present, Set<String> methods, Found route) {
            Methods all = present == null ? new Methods() : present;
            all.add(methods, route);
            return all;
        }

        private void add(Set<String> methods, Found route) {
            if (methods.isEmpty()) {
                refuseSecond(unlisted, route);
                unlisted = route;
                return;
            }
            listed = listed.isEmpty() ? new HashMap<>() : listed;
            for (String method : methods) {
                refuseSecond(listed.put(method, route), route);
            }
        }

        private void refuseSecond(@Nullable Found first, Found second) {
            if (first != null) {
                throw new IllegalArgumentException(
                        "routes " + first.spec().id() + " and " + second.spec().id() + " take the same requests");
            }
        }

        private @Nullable Found get(String method) {
            Found found = listed.get(method);
            if (found == null && method.equals("HEAD")) {
                found = listed.get("GET");
            }
            return found != null || method.equals("TRACE") || method.equals("CONNECT") ? found : unlisted;
        }

        private void addTo(Set<String> allow) {
            allow.addAll(listed.keySet());
            if (listed.containsKey("GET")) {
                allow.add("HEAD");
            }
            if (unlisted != null) {
                allow.addAll(Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"));
            }
        }
    }

    /// One request on its way through the trees of its host.
    static final class Walk {
        private final String method;
        private final String path;
        private @Nullable Set<String> allow;
        private int steps;

        Walk(String method, String path) {
            this.method = method;
            this.path = path;
        }

        /// From now on the walk notes the methods of every route that takes the path.
        void collect(Set<String> methods) {
            allow = methods;
        }

        /// How many nodes were visited.
        int steps() {
            return steps;
        }

        private @Nullable Found take(@Nullable Methods methods) {
            if (methods == null) {
                return null;
            }
            if (allow != null) {
                methods.addTo(allow);
            }
            return methods.get(method);
        }
    }
}
