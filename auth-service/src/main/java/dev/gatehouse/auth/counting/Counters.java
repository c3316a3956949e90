package dev.gatehouse.auth.counting;

import java.time.Duration;
import java.util.Optional;

/// What is counted, for all instances or for this one. Every call is atomic. Thread-safe.
public interface Counters extends AutoCloseable {

    /// Counts one more, unless there are `most` in the window that began with the first.
    ///
    /// @param key under which it counts
    /// @param most that count
    /// @param window from the first
    /// @return empty when it was counted, else how long until the window ends
    Optional<Duration> take(String key, int most, Duration window);

    /// As [#take], for different members: one that was counted before counts no more.
    ///
    /// @param key under which it counts
    /// @param member that is counted
    /// @param most that count
    /// @param window from the first
    /// @return empty when it was counted, else how long until the window ends
    Optional<Duration> takeDistinct(String key, String member, int most, Duration window);

    /// {@return how long until the window ends in which [#take] counted `most`; empty where it counted fewer}
    ///
    /// @param key under which it counted
    /// @param most that count
    Optional<Duration> full(String key, int most);

    /// {@return the same for [#takeDistinct]; a member that was counted is never too many}
    ///
    /// @param key under which it counted
    /// @param member that might be counted
    /// @param most that count
    Optional<Duration> fullDistinct(String key, String member, int most);

    /// {@return the time that the next attempt gets}
    ///
    /// @param key under which it counts
    /// @param schedule of all under that key
    Slot reserve(String key, Schedule schedule);

    /// {@return what [#reserve] has counted, and how long until it grants again; counts nothing}
    ///
    /// @param key under which it counted
    Tally look(String key);

    /// Takes back one [#take]; nothing is kept of what was taken back entirely.
    ///
    /// @param key under which it counted
    void giveBack(String key);

    /// Takes back one [#reserve], but for the time it took while others count. Nothing is kept of what was taken back entirely, so that
    /// nobody fills anything with attempts that nobody looked at.
    ///
    /// @param key under which it counted
    void unreserve(String key);

    /// Forgets all of it.
    ///
    /// @param key under which it counted
    void clear(String key);

    @Override
    default void close() {}

    /// What was counted.
    ///
    /// @param count attempts since the last success
    /// @param left until the next may be made
    record Tally(int count, Duration left) {}

    /// When an attempt may be made.
    sealed interface Slot {

        /// After the delay; the attempt is counted.
        ///
        /// @param delay possibly none
        /// @param count attempts until now, this one included
        record Granted(Duration delay, int count) implements Slot {}

        /// Too many wait already; the attempt is not counted.
        ///
        /// @param retryAfter when there is a place again
        record Later(Duration retryAfter) implements Slot {}

        /// Not at all until the window has passed; the attempt is not counted.
        record Never() implements Slot {}
    }
}
