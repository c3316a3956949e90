package dev.gatehouse.auth.throttle;

import java.time.Duration;
import java.util.Optional;

import dev.gatehouse.auth.counting.Counters;
import dev.gatehouse.auth.counting.Counters.Slot;
import dev.gatehouse.auth.knowndevice.DeviceCookies;
import dev.gatehouse.auth.knowndevice.DeviceOwner;
import dev.gatehouse.auth.throttle.KnownDevices.Attempt;

/// Decides when a code of a second factor may be looked at, apart from passwords: whoever shows one has given the right password already.
/// Waits for nothing. Thread-safe.
public final class Codes {

    private static final Duration NO_MORE = Duration.ofHours(1);

    private final Counters counters;
    private final DeviceCookies cookies;
    private final KnownDevices known;

    Codes(Counters counters, DeviceCookies cookies) {
        this.counters = counters;
        this.cookies = cookies;
        this.known = new KnownDevices(counters);
    }

    /// Counts a code.
    ///
    /// @param account whose code it should be, under a name that says nothing to others
    /// @param owner whose account is behind it
    /// @param cookie what a device showed, if anything: known devices have a count of their own, so that nobody else uses it up
    /// @return whether it may be looked at
    public Turn begin(String account, DeviceOwner owner, Optional<String> cookie) {
        return knownDevice(account, owner, cookie)
                .<Turn>map(attempt -> new Turn.Granted(account, Optional.of(attempt), attempt.count() == Throttle.ALARMING))
                .orElseGet(() -> stranger(account));
    }

    /// Takes back what was counted for a code that was right, and for those before it.
    ///
    /// @param turn of the code
    public void accepted(Turn.Granted turn) {
        turn.known().ifPresentOrElse(known::succeeded, () -> counters.clear(key(turn.account())));
    }

    /// {@return under what codes of strangers are counted}
    static String key(String account) {
        return "d:" + account;
    }

    private Turn stranger(String account) {
        return switch (counters.reserve(key(account), Schedules.CODES)) {
            case Slot.Granted(_, int count) -> new Turn.Granted(account, Optional.empty(), count == Throttle.ALARMING);
            case Slot.Later(Duration retryAfter) -> new Turn.Later(retryAfter);
            case Slot.Never() -> new Turn.Later(NO_MORE);
        };
    }

    /// Another password begins no new count: whoever reads the mails can have one as often as they like, and the app stays the same.
    private Optional<Attempt> knownDevice(String account, DeviceOwner owner, Optional<String> cookie) {
        return cookies.device(cookie, owner).flatMap(device -> known.begin("d:" + device, "all:d:" + account));
    }

    /// What becomes of a code.
    public sealed interface Turn {

        /// It may be looked at.
        ///
        /// @param account whose code it should be
        /// @param known what was counted for a known device, where it was one
        /// @param alarming whether its failure is the one to tell the owner of
        record Granted(String account, Optional<Attempt> known, boolean alarming) implements Turn {}

        /// Not now.
        ///
        /// @param retryAfter when
        record Later(Duration retryAfter) implements Turn {}
    }
}
