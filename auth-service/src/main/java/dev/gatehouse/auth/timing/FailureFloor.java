package dev.gatehouse.auth.timing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.settings.Settings;

/// Makes a failure take as long as 95 of 100 successes take, and longer than the costliest hash of another system took within the hour, so that the
/// time does not tell unknown users, wrong passwords and locked accounts apart, even where accounts have hashes of different cost. Thread-safe.
@Component
public final class FailureFloor {

    private static final int REMEMBERED = 256;
    private static final Duration BRIEF = Duration.ofMillis(20); // well above what a look into the database takes
    private static final Duration HIGHEST = Duration.ofSeconds(2); // a busy moment must not make a slow hour
    private static final Duration HIGHEST_FOREIGN = Duration.ofSeconds(4); // more than the costliest hash that is taken: see password.format
    private static final Duration FOREIGN_REMEMBERED = Duration.ofHours(1);

    // How late a sleeper wakes depends on what its thread did before: at the end it stays awake. Next to nothing beside a hash.
    private static final Duration AWAKE = Duration.ofMillis(2);
    private static final Duration APART = AWAKE.multipliedBy(20); // of those who cost no hash: a twentieth of a processor at most

    private final LongSupplier nanos;
    private final Duration lowest;
    private final long[] successes = new long[REMEMBERED];
    private long count; // an int would turn negative after some years
    private volatile Duration floor;
    private final Deque<Foreign> foreign = new ArrayDeque<>(); // each less than the one before it, the oldest first
    private final AtomicLong awake; // when one of those who cost no hash stayed awake last

    @Autowired
    FailureFloor(Settings settings) {
        this(settings.login().failureFloor(), System::nanoTime);
    }

    FailureFloor(Duration lowest, LongSupplier nanos) {
        this.nanos = nanos;
        this.lowest = lowest;
        this.floor = lowest;
        this.awake = new AtomicLong(now() - APART.toNanos());
    }

    /// {@return the moment, for the other methods}
    public long now() {
        return nanos.getAsLong();
    }

    /// Learns how long a success took.
    ///
    /// @param since [#now] when it began
    public synchronized void succeeded(long since) {
        successes[(int) (count++ % REMEMBERED)] = now() - since;
        long[] sorted = Arrays.copyOf(successes, (int) Math.min(count, REMEMBERED));
        Arrays.sort(sorted);
        floor = within(Duration.ofNanos(sorted[sorted.length * 95 / 100]));
    }

    /// Learns how long it took to compare a password with a hash that is none of ours, right or wrong. The longest counts for an hour, up to a bound:
    /// whoever brought a costly hash along slows down failures to that, and no further.
    ///
    /// @param work of the comparison alone, in a processor's time: a busy moment must not make a slow hour
    public synchronized void compared(Duration work) {
        Duration whole = work.plus(work.dividedBy(8)).plus(BRIEF); // with what surrounds it, and as no two take quite the same time
        Duration bounded = whole.compareTo(HIGHEST_FOREIGN) > 0 ? HIGHEST_FOREIGN : whole;
        while (!foreign.isEmpty() && foreign.getLast().whole().compareTo(bounded) <= 0) {
            foreign.removeLast();
        }
        foreign.addLast(new Foreign(bounded, now()));
    }

    /// Blocks until a failure that began then has taken its time. For what has cost a hash: the end of the wait takes a processor for two
    /// milliseconds.
    ///
    /// @param since [#now] when it began
    public void pad(long since) {
        long until = now() + left(since).toNanos();
        sleep(Duration.ofNanos(until - now()).minus(AWAKE));
        stayAwake(until);
    }

    /// The same for what costs no hash and may be asked by anybody: it takes no processor from others, however many ask.
    ///
    /// @param since [#now] when it began
    public void padUnhashed(long since) {
        long until = now() + left(since).toNanos();
        sleep(Duration.ofNanos(until - now()).minus(AWAKE));
        if (mayStayAwake()) {
            stayAwake(until);
        } else {
            sleep(Duration.ofNanos(until - now()));
        }
    }

    /// The same for a refusal that looked at no password, so that whoever asks often keeps nothing of ours for long.
    ///
    /// @param since [#now] when it began
    public void padBriefly(long since) {
        sleep(BRIEF.minusNanos(now() - since));
    }

    private boolean mayStayAwake() {
        long last = awake.get();
        long now = now();
        return now - last >= APART.toNanos() && awake.compareAndSet(last, now);
    }

    private void stayAwake(long until) {
        while (until - now() > 0 && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    private static void sleep(Duration left) {
        if (left.isPositive()) {
            try {
                Thread.sleep(left);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    Duration left(long since) {
        long now = now();
        Duration dearest = dearestForeign(now);
        return (dearest.compareTo(floor) > 0 ? dearest : floor).minusNanos(now - since);
    }

    private synchronized Duration dearestForeign(long now) {
        while (!foreign.isEmpty() && now - foreign.getFirst().since() >= FOREIGN_REMEMBERED.toNanos()) {
            foreign.removeFirst();
        }
        return foreign.isEmpty() ? Duration.ZERO : foreign.getFirst().whole();
    }

    private Duration within(Duration measured) {
        Duration atLeast = measured.compareTo(lowest) < 0 ? lowest : measured;
        return atLeast.compareTo(HIGHEST) > 0 ? HIGHEST : atLeast;
    }

    /// How long a sign-in takes with a hash of another system.
    ///
    /// @param whole time of it
    /// @param since when that is known
    private record Foreign(Duration whole, long since) {}
}
