package dev.gatehouse.gateway.framing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/// Visits one after the other, and how long each took: what somebody else notices of an attack. Compared with the visits of the same run before it,
/// so that the bound means the same on a fast machine as on a slow one.
public final class Visitors {

    private static final int TIMES = 5;
    // Attackers, gateway, backend and visitors share the cores of one machine, and its scheduler gives them slices of this order.
    private static final Duration SLACK = Duration.ofMillis(50);

    private Visitors() {}

    /// One visit from beginning to end; throws when it is turned away.
    public interface Visit {
        void pay() throws Exception;
    }

    /// So many visits.
    public static Waits waits(int visits, Visit visit) throws Exception {
        return waits(visits, () -> true, visit);
    }

    /// At least so many visits, and then more of them until something has happened.
    public static Waits waits(int least, BooleanSupplier happened, Visit visit) throws Exception {
        List<Duration> waits = new ArrayList<>();
        while (waits.size() < least || !happened.getAsBoolean()) {
            waits.add(wait(visit));
        }
        return new Waits(waits);
    }

    private static Duration wait(Visit visit) throws Exception {
        long begun = System.nanoTime();
        visit.pay();
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /// How long each of some visits took.
    public record Waits(List<Duration> sorted) {

        public Waits {
            sorted = sorted.stream().sorted().toList();
        }

        Duration ofNinetyNineInAHundred() {
            return sorted.get(sorted.size() * 99 / 100);
        }

        /// Five times as long at most, and a moment.
        public void areHardlyLongerThan(Waits before) {
            assertThat(ofNinetyNineInAHundred()).as("99 of 100 of %s visits; before it was %s of %s", sorted.size(),
                    before.ofNinetyNineInAHundred(), before.sorted.size())
                    .isLessThan(before.ofNinetyNineInAHundred().multipliedBy(TIMES).plus(SLACK));
        }
    }
}
