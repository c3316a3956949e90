package dev.gatehouse.auth.throttle;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import dev.gatehouse.auth.counting.Schedule;

/// How guesses slow down.
final class Schedules {

    private static final Duration DAY = Duration.ofDays(1);
    // Nobody waits by such a schedule; an instance of an older version, or a clock of Redis that was set back, may have left a wait behind all the same.
    private static final Duration ANY_WAIT = DAY;

    /// Four attempts at once, then each slower than the one before; at 100 (NIST SP 800-63B §3.2.2) a password alone does not help a
    /// stranger any more for a day.
    static final Schedule STRANGERS = new Schedule(seconds(0, 0, 0, 1, 2, 4, 8, 10), Duration.ofSeconds(10), 100, DAY);
    /// A hundred of them, however they were slowed down; and of all known devices of an account.
    static final Schedule HUNDRED = new Schedule(seconds(0), ANY_WAIT, 100, DAY);
    /// Five, then none for fifteen minutes.
    static final Schedule STRICT = new Schedule(seconds(0), Duration.ofSeconds(10), 5, Duration.ofMinutes(15));

    /// Codes that are shown after the right password: nine at once, then each slower, a hundred without a right one.
    static final Schedule CODES = new Schedule(seconds(0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 120, 240, 480, 900), Duration.ZERO, 100,
            DAY);

    /// Attempts of one known device: none is slowed down.
    static final Schedule DEVICE = new Schedule(seconds(0), ANY_WAIT, 30, DAY);

    private Schedules() {}

    private static List<Duration> seconds(int... seconds) {
        return Arrays.stream(seconds).mapToObj(Duration::ofSeconds).toList();
    }
}
