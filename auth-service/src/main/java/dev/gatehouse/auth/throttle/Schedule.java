package dev.gatehouse.auth.throttle;

import java.time.Duration;
import java.util.List;

/// How attempts slow down.
///
/// @param pauses after the first attempt, the second and so on; the last one holds for all that follow
/// @param longestWait beyond which nobody is kept waiting
/// @param most attempts, after which there are no more
/// @param window in which they count, from the last one counted
record Schedule(List<Duration> pauses, Duration longestWait, int most, Duration window) {

    // Nobody waits by such a schedule; an instance of an older version, or a clock of Redis that was set back, may have left a wait behind all the same.
    private static final Duration UNUSED = Duration.ofDays(1);

    /// Four attempts at once, then each slower than the one before; at 100 (NIST SP 800-63B §3.2.2) a password alone does not help a
    /// stranger any more for a day.
    static final Schedule STRANGERS = new Schedule(seconds(0, 0, 0, 1, 2, 4, 8, 10), Duration.ofSeconds(10), 100,
            Duration.ofDays(1));
    /// A hundred of them, however they were slowed down.
    static final Schedule BOUND = new Schedule(seconds(0), UNUSED, 100, Duration.ofDays(1));
    /// Five, then none for fifteen minutes.
    static final Schedule STRICT = new Schedule(seconds(0), Duration.ofSeconds(10), 5, Duration.ofMinutes(15));

    /// Codes that are shown after the right password: nine at once, then each slower, a hundred without a right one.
    static final Schedule CODES = new Schedule(seconds(0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 120, 240, 480, 900), Duration.ZERO, 100,
            Duration.ofDays(1));

    /// Attempts of one known device, and of all of an account: none is slowed down.
    static final Schedule DEVICE = new Schedule(seconds(0), UNUSED, 30, Duration.ofDays(1));
    static final Schedule DEVICES = new Schedule(seconds(0), UNUSED, 100, Duration.ofDays(1));

    Schedule {
        pauses = List.copyOf(pauses);
    }

    Duration pauseAfter(int count) {
        return pauses.get(Math.min(count, pauses.size()) - 1);
    }

    private static List<Duration> seconds(int... seconds) {
        return java.util.Arrays.stream(seconds).mapToObj(Duration::ofSeconds).toList();
    }
}
