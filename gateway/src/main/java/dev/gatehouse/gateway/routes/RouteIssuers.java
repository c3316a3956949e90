package dev.gatehouse.gateway.routes;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.gatehouse.gateway.authentication.AcceptedIssuers;
import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.routes.yaml.Fields;
import dev.gatehouse.gateway.routes.yaml.Problems;
import dev.gatehouse.gateway.routes.yaml.Spelling;

/// Reads the key `issuers` of a route.
final class RouteIssuers {

    private final Problems problems;
    private final List<IssuerSpec> all;
    private final Set<String> names;
    /// All but those with a shared secret, which anybody who checks their tokens could make: a route has to name them.
    private final Set<String> byDefault;
    /// Routes by the thousand take the same few sets of issuers.
    private final Map<Set<String>, AcceptedIssuers> read = new HashMap<>();

    /// Among these issuers.
    ///
    /// @param names all ids that stand in the file, also those of issuers that could not be read
    RouteIssuers(Problems problems, List<IssuerSpec> all, Set<String> names) {
        this.problems = problems;
        this.all = List.copyOf(all);
        this.names = Set.copyOf(names);
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
        AcceptedIssuers same = read.get(ids);
        if (same != null) {
            return same;
        }
        try {
            AcceptedIssuers accepted = AcceptedIssuers.among(all, ids);
            read.put(ids, accepted);
            return accepted;
        } catch (IllegalArgumentException ambiguous) {
            problems.add(route.has("issuers") ? route.at("issuers") : route.at("access"),
                    String.join(", ", ids.stream().sorted().toList()) + " (expected: " + ambiguous.getMessage() + ")");
            return AcceptedIssuers.NONE;
        }
    }

    private String known(String name) {
        if (!names.contains(name)) {
            throw new IllegalArgumentException(Spelling.nearest(name, names)
                    .map(nearest -> "an issuer of this file; did you mean " + nearest + "?")
                    .orElseGet(() -> names.isEmpty()
                            ? "an issuer of this file, which has none"
                            : "an issuer of this file: " + String.join(", ", names.stream().sorted().toList())));
        }
        return name;
    }
}
