package dev.gatehouse.gateway.routes;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.routes.PathPattern.Segment;
import dev.gatehouse.gateway.routes.RouteTable.Found;

/// The paths of one host as a tree with a level for each segment. Filled while a table is built, then only read.
final class PathTree<T> {

    private final Node<T> root = new Node<>();

    void add(RouteMatch match, Found<T> route) {
        Node<T> node = root;
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
    Found<T> find(Walk<T> walk) {
        return below(root, 0, walk);
    }

    /// Tries what stands below a node: literal, then variable, then rest; what leads nowhere is left again.
    ///
    /// @param slash index of the slash before the next segment; the path's length when nothing follows
    private static <T> @Nullable Found<T> below(Node<T> node, int slash, Walk<T> walk) {
        walk.steps++;
        Found<T> found = slash == walk.path.length() ? walk.take(node.end) : next(node, slash + 1, walk);
        return found != null ? found : walk.take(node.rest);
    }

    private static <T> @Nullable Found<T> next(Node<T> node, int start, Walk<T> walk) {
        int slash = walk.path.indexOf('/', start);
        int end = slash < 0 ? walk.path.length() : slash;
        SegmentMap<Node<T>> literals = node.literals;
        Node<T> literal = literals == null ? null : literals.get(walk.path, start, end);
        Found<T> found = literal == null ? null : below(literal, end, walk);
        Node<T> variable = node.variable;
        return found != null || variable == null || start == end ? found : below(variable, end, walk);
    }

    /// What is below one segment; nearly all of it is absent from nearly all nodes.
    private static final class Node<T> {
        private @Nullable SegmentMap<Node<T>> literals;
        private @Nullable Methods<T> end;
        private @Nullable Methods<T> rest;
        private @Nullable Node<T> variable;

        private Node<T> literal(String text) {
            SegmentMap<Node<T>> known = literals == null ? new SegmentMap<>() : literals;
            literals = known;
            return known.computeIfAbsent(text, Node::new);
        }

        private Node<T> variable() {
            Node<T> node = variable == null ? new Node<>() : variable;
            variable = node;
            return node;
        }
    }

    /// The routes of one path, by method.
    private static final class Methods<T> {
        private Map<String, Found<T>> listed = Map.of();
        private @Nullable Found<T> unlisted;

        private static <T> Methods<T> with(@Nullable Methods<T> present, Set<String> methods, Found<T> route) {
            Methods<T> all = present == null ? new Methods<>() : present;
            all.add(methods, route);
            return all;
        }

        private void add(Set<String> methods, Found<T> route) {
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

        private void refuseSecond(@Nullable Found<T> first, Found<T> second) {
            if (first != null) {
                throw new IllegalArgumentException(
                        "routes " + first.spec().id() + " and " + second.spec().id() + " take the same requests");
            }
        }

        private @Nullable Found<T> get(String method) {
            Found<T> found = listed.get(method);
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
    static final class Walk<T> {
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

        private @Nullable Found<T> take(@Nullable Methods<T> methods) {
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
