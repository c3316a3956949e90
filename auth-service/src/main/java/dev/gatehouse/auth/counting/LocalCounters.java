package dev.gatehouse.auth.counting;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/// [Counters] of this process alone, for a service without Redis or while it is away. Keeps the last 100,000 keys; beyond, the oldest
/// is forgotten. Thread-safe.
final class LocalCounters implements Counters {

    private static final int MOST_KEYS = 100_000;

    private final LongSupplier nanos;
    private final Map<String, Counted> entries = new LinkedHashMap<>() {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Counted> eldest) {
            return size() > MOST_KEYS;
        }
    };

    /// @param nanos time as from [System#nanoTime()], which nobody sets back
    LocalCounters(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public synchronized Optional<Duration> take(String key, int most, Duration window) {
        Counted entry = entry(key, window);
        if (entry.count >= most) {
            return Optional.of(left(entry.ends));
        }
        entry.count++;
        return Optional.empty();
    }

    @Override
    public synchronized Optional<Duration> takeDistinct(String key, String member, int most, Duration window) {
        Counted entry = entry(key, window);
        if (!entry.members.contains(member) && entry.members.size() >= most) {
            return Optional.of(left(entry.ends));
        }
        entry.members.add(member);
        return Optional.empty();
    }

    @Override
    public synchronized Optional<Duration> full(String key, int most) {
        return living(key).filter(entry -> entry.count >= most).map(entry -> left(entry.ends));
    }

    @Override
    public synchronized Optional<Duration> fullDistinct(String key, String member, int most) {
        return living(key).filter(entry -> entry.members.size() >= most && !entry.members.contains(member))
                .map(entry -> left(entry.ends));
    }

    @Override
    public synchronized Slot reserve(String key, Schedule schedule) {
        Counted entry = entry(key, schedule.window());
        if (entry.count >= schedule.most()) {
            return new Slot.Never();
        }
        long now = nanos.getAsLong();
        long turn = entry.next - now > 0 ? entry.next : now;
        Duration wait = Duration.ofNanos(turn - now);
        if (wait.compareTo(schedule.longestWait()) > 0) {
            return new Slot.Later(wait);
        }
        entry.count++;
        entry.next = turn + schedule.pauseAfter(entry.count).toNanos();
        entry.ends = now + schedule.window().toNanos();
        return new Slot.Granted(wait, entry.count);
    }

    @Override
    public synchronized Tally look(String key) {
        return living(key).map(entry -> new Tally(entry.count, left(entry.next))).orElse(new Tally(0, Duration.ZERO));
    }

    @Override
    public synchronized void giveBack(String key) {
        Counted entry = entries.get(key);
        if (entry != null && --entry.count <= 0) {
            entries.remove(key);
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
        return Optional.ofNullable(entries.get(key)).filter(entry -> !left(entry.ends).isZero());
    }

    /// {@return how long until a moment; nothing once it has passed. By the difference, because such a time may wrap around}
    private Duration left(long moment) {
        return Duration.ofNanos(Math.max(0, moment - nanos.getAsLong()));
    }

    private Counted entry(String key, Duration window) {
        return living(key).orElseGet(() -> {
            entries.remove(key); // so that it comes last again
            Counted entry = new Counted(nanos.getAsLong(), window);
            entries.put(key, entry);
            return entry;
        });
    }

    private static final class Counted {

        private final Set<String> members = new HashSet<>(1);
        private int count;
        private long next;
        private long ends;

        Counted(long now, Duration window) {
            this.next = now;
            this.ends = now + window.toNanos();
        }
    }
}
