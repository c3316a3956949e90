package dev.gatehouse.gateway.routes;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The condition of a route. Immutable.
///
/// @param path the pattern
/// @param methods the methods it takes; empty: every method
/// @param host the host it takes, in lower case without port, `*.` in front for any subdomain; empty: every host
public record RouteMatch(PathPattern path, Set<String> methods, Optional<String> host) {

    /// Copies the methods and folds the host to lower case.
    public RouteMatch {
        Objects.requireNonNull(path, "path");
        methods = java.util.Collections.unmodifiableSet(new TreeSet<>(methods));
        host = host.map(name -> name.toLowerCase(Locale.ROOT));
    }
}
