package dev.gatehouse.gateway.routefile;

import java.util.Objects;

/// One thing that is wrong with `routes.yml`. Immutable.
///
/// @param line counted from 1
/// @param column counted from 1
/// @param path the keys that lead there: `routes[0].match.path`; empty for the whole file
/// @param message the value and what was expected
public record RouteProblem(int line, int column, String path, String message) {

    /// Refuses absent parts.
    public RouteProblem {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(message, "message");
    }

    /// `12:5  routes[0].timeout: 5x (expected: …)`
    @Override
    public String toString() {
        return line + ":" + column + "  " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
