package dev.gatehouse.auth.throttle;

import java.time.Duration;
import java.util.Optional;

import dev.gatehouse.auth.counting.Counters;
import dev.gatehouse.auth.throttle.Verdict.Source;

/// Counts failures for where they come from: of an address 100 in a quarter of an hour and 50 names, of a network five times as many. Thread-safe.
final class Sources {

    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int HOST_FAILURES = 100;
    private static final int HOST_NAMES = 50;
    private static final int NETWORK_FAILURES = 500;
    private static final int NETWORK_NAMES = 250;

    private final Counters counters;

    Sources(Counters counters) {
        this.counters = counters;
    }

    /// {@return how long the source has to wait before it tries that name, if at all}
    Optional<Duration> blocked(Source source, String typed) {
        return counters.full(failures(source.host()), HOST_FAILURES)
                .or(() -> counters.fullDistinct(names(source.host()), typed, HOST_NAMES))
                .or(() -> counters.full(failures(source.network()), NETWORK_FAILURES))
                .or(() -> counters.fullDistinct(names(source.network()), typed, NETWORK_NAMES));
    }

    void failed(Source source, String typed) {
        counters.take(failures(source.host()), HOST_FAILURES, WINDOW);
        counters.takeDistinct(names(source.host()), typed, HOST_NAMES, WINDOW);
        counters.take(failures(source.network()), NETWORK_FAILURES, WINDOW);
        counters.takeDistinct(names(source.network()), typed, NETWORK_NAMES, WINDOW);
    }

    private static String failures(String part) {
        return "c:f:" + part;
    }

    private static String names(String part) {
        return "c:a:" + part;
    }
}
