package dev.gatehouse.gateway.change;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.routes.PathPattern;
import dev.gatehouse.gateway.routes.PathPattern.Segment;

/// Patterns as a tree with a level for each segment: finds those that have a path in common with another pattern without looking at all of them. Filled,
/// then only read.
///
/// @param <T> what is kept for each pattern
final class PatternIndex<T> {

    private final Node<T> root = new Node<>();

    void add(PathPattern pattern, T value) {
        Node<T> node = root;
        for (Segment segment : pattern.segments()) {
            switch (segment) {
                case Segment.Literal(String text) -> node = node.literals.computeIfAbsent(text, _ -> new Node<>());
                case Segment.Variable _ -> node = node.variable();
                case Segment.Rest _ -> {
                    node.rest.add(value);
                    return;
                }
            }
        }
        node.end.add(value);
    }

    /// Tells the values of all patterns that share a path with this one, each once; perhaps some more.
    void meeting(PathPattern pattern, Consumer<T> found) {
        meeting(root, pattern.segments(), 0, found);
    }

    private static <T> void meeting(Node<T> node, List<Segment> segments, int at, Consumer<T> found) {
        if (at == segments.size()) {
            node.end.forEach(found);
            node.rest.forEach(found);
            return;
        }
        switch (segments.get(at)) {
            case Segment.Rest _ -> all(node, found);
            case Segment.Literal(String text) -> {
                node.rest.forEach(found);
                below(node.literals.get(text), segments, at, found);
                below(text.isEmpty() ? null : node.variable, segments, at, found);
            }
            case Segment.Variable _ -> {
                node.rest.forEach(found);
                node.literals.forEach((text, child) -> below(text.isEmpty() ? null : child, segments, at, found));
                below(node.variable, segments, at, found);
            }
        }
    }

    private static <T> void below(@Nullable Node<T> node, List<Segment> segments, int at, Consumer<T> found) {
        if (node != null) {
            meeting(node, segments, at + 1, found);
        }
    }

    private static <T> void all(Node<T> node, Consumer<T> found) {
        node.end.forEach(found);
        node.rest.forEach(found);
        node.literals.values().forEach(child -> all(child, found));
        if (node.variable != null) {
            all(node.variable, found);
        }
    }

    private static final class Node<T> {
        private final Map<String, Node<T>> literals = new HashMap<>();
        private final List<T> end = new ArrayList<>();
        private final List<T> rest = new ArrayList<>();
        private @Nullable Node<T> variable;

        private Node<T> variable() {
            Node<T> node = variable == null ? new Node<>() : variable;
            variable = node;
            return node;
        }
    }
}
