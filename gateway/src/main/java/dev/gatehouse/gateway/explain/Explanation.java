package dev.gatehouse.gateway.explain;

import java.util.List;

/// What would become of a request. Immutable.
///
/// @param question the request
/// @param steps what was asked about it, in the order of traffic, up to the one that ended it
/// @param outcome how it ends
public record Explanation(Question question, List<Step> steps, Outcome outcome) {

    /// Copies the list.
    public Explanation {
        steps = List.copyOf(steps);
    }
}
