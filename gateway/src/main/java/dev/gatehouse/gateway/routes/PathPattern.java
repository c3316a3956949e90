package dev.gatehouse.gateway.routes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.path.PathPolicy;
import dev.gatehouse.gateway.path.PathVerdict;

/// A path of `routes.yml`, cut into segments: `/api/orders/{id}/**`. Immutable; equal patterns are equal values.
///
/// A trailing slash is part of the path: `/a` and `/a/` are different. `**` takes zero or more further segments and stands only at the end, so
/// `/api/**` takes `/api`, `/api/` and everything below; `*` and `{name}` take exactly one non-empty segment.
///
/// @param segments in order
public record PathPattern(List<Segment> segments) {

    /// Longest pattern, in characters.
    private static final int MAX_LENGTH = 1024;
    /// Most segments of a pattern; bounds the depth of the walk that matches.
    public static final int MAX_SEGMENTS = 64;
    private static final Pattern VARIABLE = Pattern.compile("\\{[A-Za-z_][A-Za-z0-9_-]*}");

    /// Copies the list.
    public PathPattern {
        segments = List.copyOf(segments);
    }

    /// Reads a pattern. Its literal text must be clean under [PathPolicy] and is kept in the form that requests are compared in.
    ///
    /// @throws IllegalArgumentException with what was expected instead
    public static PathPattern parse(String text) {
        if (!text.startsWith("/") || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a path that begins with / and has at most " + MAX_LENGTH + " characters");
        }
        String[] parts = text.substring(1).split("/", -1);
        if (parts.length > MAX_SEGMENTS) {
            throw new IllegalArgumentException("at most " + MAX_SEGMENTS + " segments");
        }
        String[] literals = literals(parts);
        List<Segment> segments = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < parts.length; i++) {
            segments.add(segment(parts[i], literals[i], i == parts.length - 1, names));
        }
        return new PathPattern(segments);
    }

    /// The segments in the form that requests are compared in; `x` stands for each that is not literal.
    private static String[] literals(String[] parts) {
        StringBuilder sample = new StringBuilder();
        for (String part : parts) {
            sample.append('/').append(isLiteral(part) ? part : "x");
        }
        return switch (PathPolicy.check(sample.toString())) {
            case PathVerdict.Clean clean when clean.rawPath().contentEquals(sample) -> clean.path().substring(1).split("/", -1);
            case PathVerdict.Clean _ -> throw new IllegalArgumentException("a path without a query");
            case PathVerdict.Ambiguous ambiguous ->
                throw new IllegalArgumentException("a path that no request is refused for: " + ambiguous.why());
            case PathVerdict.Malformed malformed ->
                throw new IllegalArgumentException("a path that a request can have: " + malformed.why());
        };
    }

    private static boolean isLiteral(String part) {
        return part.indexOf('*') < 0 && part.indexOf('{') < 0 && part.indexOf('}') < 0;
    }

    private static Segment segment(String part, String literal, boolean last, Set<String> names) {
        if (isLiteral(part)) {
            return new Segment.Literal(literal);
        }
        if (part.equals("**") && last) {
            return new Segment.Rest();
        }
        if (part.equals("*")) {
            return new Segment.Variable("");
        }
        if (!VARIABLE.matcher(part).matches()) {
            throw new IllegalArgumentException("* or {name} as a whole segment, ** only as the last one");
        }
        String name = part.substring(1, part.length() - 1);
        if (!names.add(name)) {
            throw new IllegalArgumentException("each {name} once");
        }
        return new Segment.Variable(name);
    }

    /// By hand, here and below: a reload compares ten thousand patterns, for which what Java makes for records takes long until it is compiled.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof PathPattern pattern && segments.equals(pattern.segments));
    }

    @Override
    public int hashCode() {
        return segments.hashCode();
    }

    /// How many segments stand before the first that is not fixed text; a trailing slash does not count.
    public int literalPrefix() {
        int length = 0;
        while (length < segments.size() && segments.get(length) instanceof Segment.Literal(String text) && !text.isEmpty()) {
            length++;
        }
        return length;
    }

    /// The pattern without the names of its variables: two patterns of one shape take the same paths.
    public PathPattern shape() {
        boolean named = false;
        for (Segment segment : segments) {
            named |= segment instanceof Segment.Variable(String name) && !name.isEmpty();
        }
        if (!named) {
            return this;
        }
        return new PathPattern(
                segments.stream().map(part -> part instanceof Segment.Variable ? new Segment.Variable("") : part).toList());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Segment segment : segments) {
            text.append('/').append(switch (segment) {
                case Segment.Literal(String literal) -> literal;
                case Segment.Variable(String name) -> name.isEmpty() ? "*" : "{" + name + "}";
                case Segment.Rest() -> "**";
            });
        }
        return text.toString();
    }

    /// One segment of a pattern, most specific kind first.
    public sealed interface Segment {

        /// Exactly this text, compared byte by byte; empty only for a trailing slash.
        record Literal(String text) implements Segment {
            @Override
            public boolean equals(@Nullable Object other) {
                return this == other || (other instanceof Literal literal && text.equals(literal.text));
            }

            @Override
            public int hashCode() {
                return text.hashCode();
            }
        }

        /// Any one segment that is not empty.
        ///
        /// @param name between the braces; empty for `*`
        record Variable(String name) implements Segment {
            @Override
            public boolean equals(@Nullable Object other) {
                return this == other || (other instanceof Variable variable && name.equals(variable.name));
            }

            @Override
            public int hashCode() {
                return 31 + name.hashCode();
            }
        }

        /// Everything from here on; last only.
        record Rest() implements Segment {}
    }
}
