package dev.gatehouse.gateway.change;

import dev.gatehouse.gateway.change.Change.Effect;

/// How a route treats a request otherwise than the route did that took it before: an earlier self, or another one. Immutable.
///
/// @param effect how it matters
/// @param words what the route does, after its name: `now gives tokens to its upstream`
record Difference(Effect effect, String words) {

    private static final String NOW = "now ";

    /// The same of a request that has moved to another route, which perhaps always did so.
    Difference ofMoved() {
        return words.startsWith(NOW) ? new Difference(effect, words.substring(NOW.length())) : this;
    }

    Change of(String route) {
        return Change.route(effect, route, words);
    }
}
