package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Condition;

/// One limit: so many requests in each window, per key. Immutable.
///
/// @param name the policy's name in `RateLimit-Policy`, unique on its route, letters, digits, `-` and `_`
/// @param per what is counted together
/// @param requests how many requests pass in one window, 1 to 1,000,000,000
/// @param every the window's length, 1 s to 366 d, whole seconds
/// @param rates what holds instead for certain callers, the first that fits
/// @param shared whether every route that has a limit of this name and sharing counts together; else each counts for itself
public record LimitSpec(String name, LimitKey per, long requests, Duration every, List<Rate> rates, boolean shared) {

    /// Refuses a limit that could never pass a request or whose window cannot be told in seconds.
    public LimitSpec {
        Objects.requireNonNull(per, "per");
        rates = List.copyOf(rates);
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("name: " + name + " (expected: 1 to 64 letters, digits, '-' or '_')");
        }
        // Above this a bucket would have to count finer than nanoseconds.
        if (requests < 1 || requests > 1_000_000_000) {
            throw new IllegalArgumentException("requests: " + requests + " (expected: 1 to 1000000000)");
        }
        if (every.compareTo(Duration.ofSeconds(1)) < 0 || every.compareTo(Duration.ofDays(366)) > 0 || every.toNanosPart() != 0) {
            throw new IllegalArgumentException("every: " + every + " (expected: whole seconds, 1s to 366d)");
        }
    }

    /// A limit of one route that is the same for everybody.
    public LimitSpec(String name, LimitKey per, long requests, Duration every) {
        this(name, per, requests, every, List.of(), false);
    }

    /// Another rate for callers whose token meets a condition. An anonymous caller meets none.
    ///
    /// @param when what the token must say
    /// @param limit the limit that holds then: of the same name and key, without rates
    public record Rate(Condition when, LimitSpec limit) {}

    /// The limit as it holds for a caller: of the first rate that fits, or this.
    ///
    /// @param now the time by which the age of a sign-in is judged
    public LimitSpec at(Caller caller, Instant now) {
        int rate = rateAt(caller, now);
        return rate < 0 ? this : rates.get(rate).limit();
    }

    /// Which of the rates holds for a caller; -1: none. One of which the token does not tell whether it fits holds where it is stricter.
    int rateAt(Caller caller, Instant now) {
        return rates.isEmpty() || !(caller instanceof Caller.Authenticated known) ? -1 : rateOf(known, now);
    }

    private int rateOf(Caller.Authenticated caller, Instant now) {
        int perhaps = -1;
        for (int i = 0; i < rates.size(); i++) {
            switch (rates.get(i).when().judge(caller, now, Condition.Granted.NOTHING)) {
                case YES -> {
                    return perhaps >= 0 && limit(perhaps).isStricterThan(limit(i)) ? perhaps : i;
                }
                case NO -> {
                    // another one may fit
                }
                case UNKNOWN -> perhaps = perhaps < 0 || limit(i).isStricterThan(limit(perhaps)) ? i : perhaps;
            }
        }
        return perhaps >= 0 && limit(perhaps).isStricterThan(this) ? perhaps : -1;
    }

    private LimitSpec limit(int rate) {
        return rates.get(rate).limit();
    }

    /// By what passes in the long run, then by what passes at once.
    private boolean isStricterThan(LimitSpec other) {
        int order = Long.compare(requests * other.every.toSeconds(), other.requests * every.toSeconds());
        return order < 0 || (order == 0 && requests < other.requests);
    }
}
