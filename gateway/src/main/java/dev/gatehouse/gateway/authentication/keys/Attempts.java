package dev.gatehouse.gateway.authentication.keys;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import reactor.core.Disposable;
import reactor.core.Disposables;

/// When one issuer is asked for its keys: how the last attempt ended, and when the next one begins. Of the attempts of one issuer only one runs at a
/// time; what is known of the last may be read by any thread.
final class Attempts {

    private final IssuerKeys.Settings settings;
    private final Duration longestPause;
    private final Runnable begin;
    private final Disposable.Swap timer = Disposables.swap();
    private volatile Attempt last = new Attempt(Instant.EPOCH, Optional.empty(), 0, Instant.EPOCH);

    /// @param longestPause between attempts that fail
    /// @param begin begins an attempt and returns at once
    Attempts(IssuerKeys.Settings settings, Duration longestPause, Runnable begin) {
        this.settings = settings;
        this.longestPause = longestPause;
        this.begin = begin;
    }

    /// The last one that ended.
    Attempt last() {
        return last;
    }

    void succeeded(Instant now, Duration freshFor) {
        next(now, freshFor, Optional.empty(), 0);
    }

    /// The pause doubles from a second on.
    void failed(Instant now, String reason) {
        int failures = Math.min(last.failures() + 1, 6); // 2^5 s is above the longest pause already
        Duration pause = Duration.ofSeconds(1L << (failures - 1));
        next(now, pause.compareTo(longestPause) > 0 ? longestPause : pause, Optional.of(reason), failures);
    }

    private void next(Instant now, Duration pause, Optional<String> error, int failures) {
        long millis = (long) (pause.toMillis() * (1 - 0.1 * settings.jitter().getAsDouble())); // instances must not ask in step
        last = new Attempt(now, error, failures, now.plusMillis(millis));
        timer.update(settings.timer().schedule(begin, millis, TimeUnit.MILLISECONDS));
    }

    void end() {
        timer.dispose();
    }

    boolean haveEnded() {
        return timer.isDisposed();
    }

    /// @param error why it failed; empty when it did not
    /// @param failures how many in a row, as far as that matters
    /// @param next when the next one begins
    record Attempt(Instant ended, Optional<String> error, int failures, Instant next) {}
}
