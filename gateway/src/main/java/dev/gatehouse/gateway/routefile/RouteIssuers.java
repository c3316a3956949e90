package dev.gatehouse.gateway.routefile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.AcceptedIssuers;
import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Problems;

/// Reads the key `issuers` of a route.
final class RouteIssuers {

    private final Problems problems;
    private final List<IssuerSpec> all;
    private final SortedSet<String> names;
    /// All but those with a shared secret, which anybody who checks their tokens could make: a route has to name them.
    private final Set<String> byDefault;
    /// Routes by the thousand take the same few sets of issuers, most of them the default, which may have thousands itself.
    private final Map<Set<String>, Reading> read = new HashMap<>();
    private @Nullable Reading usual;

    /// Among these issuers.
    ///
    /// @param names all ids that stand in the file, also those of issuers that could not be read
    RouteIssuers(Problems problems, List<IssuerSpec> all, Set<String> names) {
        this.problems = problems;
        this.all = List.copyOf(all);
        this.names = new TreeSet<>(names);
        Set<String> others = new HashSet<>(names);
        all.stream().filter(issuer -> issuer.proof() instanceof IssuerSpec.SharedSecret).map(IssuerSpec::id)
                .forEach(others::remove);
        this.byDefault = Set.copyOf(others);
    }

    AcceptedIssuers read(Fields route, Optional<Access> access) {
        Optional<List<String>> chosen = route.texts("issuers", this::known);
        if (route.has("issuers") && access.isPresent() && !access.get().readsTokens()) {
            problems.add(route.at("issuers"), (access.get().knowsCallers() ? "a route for client certificates" : "a public route")
                    + " looks at no token (expected: no issuers, or another access)");
        }
        boolean reads = access.isPresent() && access.get().readsTokens();
        Set<String> ids = !reads ? Set.of() : chosen.isPresent() ? new HashSet<>(chosen.get()) : byDefault;
        Reading reading = reading(ids);
        reading.ambiguous().ifPresent(expected -> problems.add(route.has("issuers") ? route.at("issuers") : route.at("access"),
                Problems.listed(new TreeSet<>(ids)) + " (expected: " + expected + ")"));
        return reading.accepted();
    }

    /// What a set of issuers comes to.
    private record Reading(AcceptedIssuers accepted, Optional<String> ambiguous) {

        static Reading of(List<IssuerSpec> all, Set<String> ids) {
            try {
                return new Reading(AcceptedIssuers.among(all, ids), Optional.empty());
            } catch (IllegalArgumentException ambiguous) {
                return new Reading(AcceptedIssuers.NONE, Optional.of(String.valueOf(ambiguous.getMessage())));
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // the set of this object, which must not be read for each route
    private Reading reading(Set<String> ids) {
        if (ids != byDefault) {
            return read.computeIfAbsent(ids, some -> Reading.of(all, some));
        }
        Reading made = usual == null ? Reading.of(all, ids) : usual;
        usual = made;
        return made;
    }

    private String known(String name) {
        if (!names.contains(name)) {
            throw new IllegalArgumentException(problems.oneOf("an issuer of this file", name, names));
        }
        return name;
    }
}
