package dev.gatehouse.auth.throttle;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// [Counters] of this process alone, for a service without Redis or while it is away. Keeps the last 100,000 keys; beyond, the oldest
/// is forgotten. Thread-safe.
final class LocalCounters implements Counters {

    private static final int MOST_KEYS = 100_000;

    private final Clock clock;
    private final Map<String, Counted> entries = new LinkedHashMap<>() {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Counted> eldest) {
            return size() > MOST_KEYS;
        }
    };

    LocalCounters(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Optional<Duration> take(String key, int most, Duration window) {
        Counted entry = entry(key, window);
        if (entry.count >= most) {
            return Optional.of(entry.left(clock));
        }
        entry.count++;
        return Optional.empty();
    }

    @Override
    public synchronized Optional<Duration> takeDistinct(String key, String member, int most, Duration window) {
        Counted entry = entry(key, window);
        if (!entry.members.contains(member) && entry.members.size() >= most) {
            return Optional.of(entry.left(clock));
        }
        entry.members.add(member);
        return Optional.empty();
    }

    @Override
    public synchronized Optional<Duration> full(String key, int most) {
        return living(key).filter(entry -> entry.count >= most).map(entry -> entry.left(clock));
    }

    @Override
    public synchronized Optional<Duration> fullDistinct(String key, String member, int most) {
        return living(key).filter(entry -> entry.members.size() >= most && !entry.members.contains(member))
                .map(entry -> entry.left(clock));
    }

    @Override
    public synchronized Slot reserve(String key, Schedule schedule) {
        Counted entry = entry(key, schedule.window());
        if (entry.count >= schedule.most()) {
            return new Slot.Never();
        }
        Instant now = clock.instant();
        Duration wait = entry.next.isAfter(now) ? Duration.between(now, entry.next) : Duration.ZERO;
        if (wait.compareTo(schedule.longestWait()) > 0) {
            return new Slot.Later(wait);
        }
        entry.count++;
        entry.next = now.plus(wait).plus(schedule.pauseAfter(entry.count));
        entry.ends = now.plus(schedule.window());
        return new Slot.Granted(wait, entry.count);
    }

    @Override
    public synchronized Tally look(String key) {
        Instant now = clock.instant();
        return living(key).map(entry -> new Tally(entry.count,
                entry.next.isAfter(now) ? Duration.between(now, entry.next) : Duration.ZERO)).orElse(new Tally(0, Duration.ZERO));
    }

    @Override
    public synchronized void giveBack(String key) {
        Counted entry = entries.get(key);
        if (entry != null && entry.count > 0) {
            entry.count--;
        }
    }

    @Override
    public synchronized void unreserve(String key) {
        giveBack(key);
    }

    @Override
    public synchronized void clear(String key) {
        entries.remove(key);
    }

    private Optional<Counted> living(String key) {
        return Optional.ofNullable(entries.get(key)).filter(entry -> entry.ends.isAfter(clock.instant()));
    }

    private Counted entry(String key, Duration window) {
        return living(key).orElseGet(() -> {
            entries.remove(key); // so that it comes last again
            Counted entry = new Counted(clock.instant().plus(window));
            entries.put(key, entry);
            return entry;
        });
    }

    private static final class Counted {

        private final Set<String> members = new HashSet<>(1);
        private int count;
        private Instant next = Instant.MIN;
        private Instant ends;

        Counted(Instant ends) {
            this.ends = ends;
        }

        Duration left(Clock clock) {
            return Duration.between(clock.instant(), ends);
        }
    }
}
