package dev.gatehouse.gateway.routes;

import java.util.List;

/// A path of `routes.yml`, cut into segments: `/api/orders/{id}/**`. Immutable; equal patterns are equal values.
///
/// A trailing slash is part of the path: `/a` and `/a/` are different. `**` takes zero or more further segments and stands only at the end, so
/// `/api/**` takes `/api`, `/api/` and everything below; `*` and `{name}` take exactly one non-empty segment.
///
/// @param segments in order
public record PathPattern(List<Segment> segments) {

    /// Copies the list.
    public PathPattern {
        segments = List.copyOf(segments);
    }

    /// One segment of a pattern, most specific kind first.
    public sealed interface Segment {

        /// Exactly this text, compared byte by byte.
        record Literal(String text) implements Segment {}

        /// Any one segment.
        record Variable(String name) implements Segment {}

        /// Everything from here on; last only.
        record Rest() implements Segment {}
    }
}
