package dev.gatehouse.auth.timing;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import dev.gatehouse.auth.settings.Settings;

/// Makes a failure take as long as 95 of 100 successes take, so that the time does not tell unknown users, wrong passwords and locked
/// accounts apart, even where accounts have hashes of different cost. Thread-safe.
@Component
public final class FailureFloor {

    private static final int REMEMBERED = 256;
    private static final Duration BRIEF = Duration.ofMillis(20); // well above what a look into the database takes
    private static final Duration HIGHEST = Duration.ofSeconds(2); // a busy moment must not make a slow hour

    private final LongSupplier nanos;
    private final Duration lowest;
    private final long[] successes = new long[REMEMBERED];
    private long count; // an int would turn negative after some years
    private volatile Duration floor;

    @Autowired
    FailureFloor(Settings settings) {
        this(settings.login().failureFloor(), System::nanoTime);
    }

    FailureFloor(Duration lowest, LongSupplier nanos) {
        this.nanos = nanos;
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

    /// Blocks until a failure that began then has taken its time.
    ///
    /// @param since [#now] when it began
    public void pad(long since) {
        sleep(left(since));
    }

    /// The same for a refusal that looked at no password, so that whoever asks often keeps nothing of ours for long.
    ///
    /// @param since [#now] when it began
    public void padBriefly(long since) {
        sleep(BRIEF.minusNanos(now() - since));
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
        return floor.minusNanos(now() - since);
    }

    private Duration within(Duration measured) {
        Duration atLeast = measured.compareTo(lowest) < 0 ? lowest : measured;
        return atLeast.compareTo(HIGHEST) > 0 ? HIGHEST : atLeast;
    }
}
