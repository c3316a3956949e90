package dev.gatehouse.gateway.concurrency;

/// How many requests of a route may be under way at once. Immutable.
///
/// @param route of all its callers together
/// @param user of each of them
public record ConcurrencySpec(int route, int user) {

    /// Any number.
    public static final int ANY = Integer.MAX_VALUE;

    /// What holds where `routes.yml` is silent.
    public static final ConcurrencySpec NONE = new ConcurrencySpec(ANY, ANY);

    /// Refuses bounds that would let nothing pass.
    public ConcurrencySpec {
        if (route < 1 || user < 1) {
            throw new IllegalArgumentException("max-concurrent: route " + route + ", user " + user + " (expected: >= 1)");
        }
    }
}
