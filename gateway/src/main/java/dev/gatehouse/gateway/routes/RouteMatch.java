package dev.gatehouse.gateway.routes;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.path.Allowance;

/// The condition of a route. Immutable.
///
/// @param path the pattern
/// @param methods the methods it takes; empty: every method
/// @param host the host it takes, in lower case without port, `*.` in front for any subdomain; empty: every host
/// @param allow paths that it takes though parsers read them differently
public record RouteMatch(PathPattern path, Set<String> methods, Optional<String> host, Set<Allowance> allow) {

    /// Takes only paths that can be read in one way.
    public RouteMatch(PathPattern path, Set<String> methods, Optional<String> host) {
        this(path, methods, host, Set.of());
    }

    /// Copies the methods and folds the host to lower case.
    public RouteMatch {
        Objects.requireNonNull(path, "path");
        methods = methods.isEmpty() ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(new TreeSet<>(methods)));
        allow = Set.copyOf(allow);
        host = host.map(name -> name.toLowerCase(Locale.ROOT));
    }

    /// By hand, for the reason that [PathPattern#equals] has.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof RouteMatch match && path.equals(match.path) && methods.equals(match.methods)
                && host.equals(match.host) && allow.equals(match.allow));
    }

    @Override
    public int hashCode() {
        return 31 * (31 * path.hashCode() + methods.hashCode()) + host.hashCode();
    }
}
