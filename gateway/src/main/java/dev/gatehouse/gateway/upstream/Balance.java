package dev.gatehouse.gateway.upstream;

/// How requests are shared out among the instances of an upstream; always by their weights. Immutable.
public sealed interface Balance {

    /// As `routes.yml` says it.
    String describe();

    /// The less busy of two that are drawn; instances of another weight are not compared, since weights promise shares.
    record LeastBusy() implements Balance {
        @Override
        public String describe() {
            return "least-busy";
        }
    }

    /// One after the other.
    record RoundRobin() implements Balance {
        @Override
        public String describe() {
            return "round-robin";
        }
    }

    /// Always the same for the same user, as long as it is there; an anonymous caller counts by address.
    record ByUser() implements Balance {
        @Override
        public String describe() {
            return "hash:user";
        }
    }

    /// Always the same for the same value of a header field; without it by address.
    record ByHeader(String name) implements Balance {
        @Override
        public String describe() {
            return "hash:header:" + name;
        }
    }
}
