package dev.gatehouse.gateway.authorization;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Names of roles or scopes, at least one. Immutable; equal when they are the same names.
public final class Names {

    private final List<String> sorted;
    private final Set<String> known;

    private Names(List<String> sorted) {
        this.sorted = sorted;
        this.known = Set.copyOf(sorted);
    }

    /// Copies the names.
    ///
    /// @throws IllegalArgumentException if there is none, or one is empty
    public static Names of(Collection<String> names) {
        if (names.isEmpty() || names.contains("")) {
            throw new IllegalArgumentException("names: " + names + " (expected: at least one, none empty)");
        }
        return new Names(List.copyOf(new TreeSet<>(names)));
    }

    /// Copies the names.
    public static Names of(String... names) {
        return of(List.of(names));
    }

    /// The names in alphabetical order.
    public List<String> sorted() {
        return sorted;
    }

    /// Whether any of these names is in the list.
    boolean meet(List<String> held) {
        for (int i = 0; i < held.size(); i++) {
            if (known.contains(held.get(i))) {
                return true;
            }
        }
        return false;
    }

    /// Whether all of these names are in the list.
    boolean areAllIn(List<String> held) {
        for (int i = 0; i < sorted.size(); i++) {
            if (!held.contains(sorted.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Names names && names.sorted.equals(sorted);
    }

    @Override
    public int hashCode() {
        return sorted.hashCode();
    }

    /// `[admin, owner]`
    @Override
    public String toString() {
        return sorted.toString();
    }
}
