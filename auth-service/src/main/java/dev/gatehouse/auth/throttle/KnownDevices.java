package dev.gatehouse.auth.throttle;

import java.time.Duration;
import java.util.Optional;

import dev.gatehouse.auth.counting.Counters;
import dev.gatehouse.auth.counting.Counters.Slot;

/// Counts what known devices try: for each ten in a quarter of an hour, and thirty until a day passes without one; for all of an account a
/// hundred likewise, so that many cookies are no more guesses than a stranger has. One device by itself uses up nothing of the others. Thread-safe.
final class KnownDevices {

    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int IN_WINDOW = 10;

    private final Counters counters;

    KnownDevices(Counters counters) {
        this.counters = counters;
    }

    /// {@return the attempt, counted; empty where the device or the account has had too many, so that it is a stranger's}
    ///
    /// @param device under what it is counted for the device
    /// @param all under what it is counted for all devices of the account
    Optional<Attempt> begin(String device, String all) {
        boolean ofDevice = counters.take(device, IN_WINDOW, WINDOW).isEmpty()
                && counters.reserve(day(device), Schedules.DEVICE) instanceof Slot.Granted;
        return ofDevice && counters.reserve(all, Schedules.HUNDRED) instanceof Slot.Granted(Duration _, int count)
                ? Optional.of(new Attempt(device, all, count))
                : Optional.empty();
    }

    /// Forgets it, and those before it.
    void succeeded(Attempt attempt) {
        counters.clear(attempt.device());
        counters.clear(day(attempt.device()));
        counters.clear(attempt.all());
    }

    /// Takes back this one.
    void withdrawn(Attempt attempt) {
        counters.giveBack(attempt.device());
        counters.unreserve(day(attempt.device()));
        counters.unreserve(attempt.all());
    }

    private static String day(String device) {
        return "day:" + device;
    }

    /// What was counted.
    ///
    /// @param device for the device
    /// @param all for all devices of the account
    /// @param count of these, since the last success
    record Attempt(String device, String all, int count) {}
}
