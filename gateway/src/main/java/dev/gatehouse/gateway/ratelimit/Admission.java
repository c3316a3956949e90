package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.List;

/// Whether a request fits its limits, and what is left of each.
public sealed interface Admission {

    /// The standing of every limit that was asked, in the route's order.
    List<Standing> standings();

    /// Whether this instance decided without the others because Redis is away.
    boolean alone();

    /// The request fits.
    record Admitted(List<Standing> standings, boolean alone) implements Admission {
        /// Copies the list.
        public Admitted {
            standings = List.copyOf(standings);
        }
    }

    /// The request does not fit; `exceeded` is the limit that refused it, and it cost nothing from the limits after that one.
    ///
    /// @param retryAfter when the refusing limit has room again; at least one second when told to a client
    record Exceeded(Standing exceeded, Duration retryAfter, List<Standing> standings, boolean alone) implements Admission {
        /// Copies the list.
        public Exceeded {
            standings = List.copyOf(standings);
        }
    }

    /// One limit's state after the request, as `RateLimit` tells it.
    ///
    /// @param limit the rule
    /// @param remaining requests left in the window
    /// @param reset when the window ends
    record Standing(LimitSpec limit, long remaining, Duration reset) {}
}
