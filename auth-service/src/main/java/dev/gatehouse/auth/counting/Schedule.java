package dev.gatehouse.auth.counting;

import java.time.Duration;
import java.util.List;

/// How attempts slow down.
///
/// @param pauses after the first attempt, the second and so on; the last one holds for all that follow
/// @param longestWait beyond which nobody is kept waiting
/// @param most attempts, after which there are no more
/// @param window in which they count, from the last one counted
public record Schedule(List<Duration> pauses, Duration longestWait, int most, Duration window) {

    /// Copies the list.
    public Schedule {
        pauses = List.copyOf(pauses);
    }

    Duration pauseAfter(int count) {
        return pauses.get(Math.min(count, pauses.size()) - 1);
    }
}
