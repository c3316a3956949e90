package dev.gatehouse.auth.timing;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.settings.Settings;

/// Makes a failure take as long as 95 of 100 successes take, and longer than the costliest hash of another system took within the hour, so that the
/// time does not tell unknown users, wrong passwords and locked accounts apart, even where accounts have hashes of different cost. A random part hides what
/// differs though all waited for the same moment. To average it away takes some 5,500 attempts for two tenths of a millisecond, ten times what is left:
/// [dev.gatehouse.auth.throttle] grants far fewer sign-ins and codes for one account, and few mails; registrations are for the gateway to limit. Thread-safe.
@Component
public final class FailureFloor {

    private static final int REMEMBERED = 256;
    private static final Duration BRIEF = Duration.ofMillis(20); // well above what a look into the database takes
    private static final Duration HIGHEST = Duration.ofSeconds(2); // a busy moment must not make a slow hour
    private static final Duration HIGHEST_FOREIGN = Duration.ofSeconds(4); // more than the costliest hash that is taken: see password.format
    private static final Duration FOREIGN_REMEMBERED = Duration.ofHours(1);

    // What memory and processor remember of a hash, and how late a sleeper wakes, is some hundredth of a millisecond: nothing within twice this. Two
    // parts, since one alone would end sharply, and the earliest of some hundred answers would tell where.
    private static final Duration HALF_SPREAD = Duration.ofMillis(10);

    private final LongSupplier nanos;
    private final Sleep sleep;
    private final RandomGenerator random;
    private final Duration lowest;
    private final long[] successes = new long[REMEMBERED];
    private long count; // an int would turn negative after some years
    private volatile Duration floor;
    private final Deque<Foreign> foreign = new ArrayDeque<>(); // each less than the one before it, the oldest first

    @Autowired
    FailureFloor(Settings settings, SecureRandom random) {
        this(settings.login().failureFloor(), System::nanoTime, Thread::sleep, random);
    }

    FailureFloor(Duration lowest, LongSupplier nanos, Sleep sleep, RandomGenerator random) {
        this.nanos = nanos;
        this.sleep = sleep;
        this.random = random;
        this.lowest = lowest;
        this.floor = lowest;
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

    /// Blocks until a failure that began then has taken its time, and up to 20 ms longer.
    ///
    /// @param since [#now] when it began
    public void pad(long since) {
        await(spread(since));
    }

    /// The same for a refusal that looked at no password, so that whoever asks often keeps nothing of ours for long.
    ///
    /// @param since [#now] when it began
    public void padBriefly(long since) {
        await(BRIEF.minusNanos(now() - since));
    }

    private void await(Duration left) {
        if (left.isPositive()) {
            try {
                sleep.forThat(left);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// {@return what is left, and two parts that nobody foresees}
    private Duration spread(long since) {
        return left(since).plusNanos(random.nextLong(HALF_SPREAD.toNanos()) + random.nextLong(HALF_SPREAD.toNanos()));
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

    /// How a thread waits.
    interface Sleep {

        void forThat(Duration time) throws InterruptedException;
    }

    /// How long a sign-in takes with a hash of another system.
    ///
    /// @param whole time of it
    /// @param since when that is known
    private record Foreign(Duration whole, long since) {}
}
