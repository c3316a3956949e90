package dev.gatehouse.auth.timing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class FailureFloorTests {

    private static final int AWAKE = 900;
    private static final int ASLEEP = 20;

    private long now;
    private LongSupplier watched = () -> now;
    private final FailureFloor floor = new FailureFloor(Duration.ofMillis(100), () -> watched.getAsLong());

    @Test
    void isAtItsLowestWithoutExperience() {
        assertThat(floor.left(now)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void isWhatNinetyFiveOfAHundredSuccessesTake() {
        IntStream.rangeClosed(1, 100).forEach(percent -> succeedIn(percent * 4L));

        assertThat(floor.left(now)).isEqualTo(Duration.ofMillis(384));
    }

    @Test
    void isNeverBelowItsLowest() {
        IntStream.range(0, 1000).forEach(_ -> succeedIn(30));

        assertThat(floor.left(now)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void isNeverAboveTwoSecondsAndForgetsABusyMoment() {
        IntStream.range(0, 300).forEach(_ -> succeedIn(30_000));
        assertThat(floor.left(now)).isEqualTo(Duration.ofSeconds(2));

        IntStream.range(0, 256).forEach(_ -> succeedIn(150));
        assertThat(floor.left(now)).isEqualTo(Duration.ofMillis(150));
    }

    @Test
    void isAboveTheCostliestHashOfAnotherSystemForAnHour() {
        floor.compared(Duration.ofMillis(800));
        pass(Duration.ofMinutes(30));
        floor.compared(Duration.ofMillis(400));
        assertThat(floor.left(now)).isEqualTo(Duration.ofMillis(920));

        pass(Duration.ofMinutes(29));
        assertThat(floor.left(now)).isEqualTo(Duration.ofMillis(920));
        pass(Duration.ofMinutes(1));
        assertThat(floor.left(now)).as("what was seen since still counts").isEqualTo(Duration.ofMillis(470));
        pass(Duration.ofMinutes(30));
        assertThat(floor.left(now)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void takesTheSuccessesWhereTheyAreSlower() {
        floor.compared(Duration.ofMillis(80));
        IntStream.range(0, 100).forEach(_ -> succeedIn(300));

        assertThat(floor.left(now)).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void isNeverAboveFourSecondsWhateverHashSomebodyBringsAlong() {
        floor.compared(Duration.ofMinutes(1));

        assertThat(floor.left(now)).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void subtractsTheTimeThatHasPassed() {
        long since = now;
        now += Duration.ofMillis(70).toNanos();

        assertThat(floor.left(since)).isEqualTo(Duration.ofMillis(30));
    }

    @Test
    void staysAwakeAtTheEndOfWhatCostAHash() {
        assertThat(looksAtTheClock(FailureFloor::pad)).isGreaterThan(AWAKE);
        assertThat(looksAtTheClock(FailureFloor::pad)).as("right after that").isGreaterThan(AWAKE);
    }

    @Test
    void takesNoProcessorForManyThatCostNoHash() {
        assertThat(looksAtTheClock(FailureFloor::padUnhashed)).as("one alone").isGreaterThan(AWAKE);
        assertThat(looksAtTheClock(FailureFloor::padUnhashed)).as("right after that").isLessThan(ASLEEP);

        pass(Duration.ofMillis(40));
        assertThat(looksAtTheClock(FailureFloor::padUnhashed)).as("later").isGreaterThan(AWAKE);
    }

    /// {@return how often a failure looks at the clock that ends in a millisecond, where each look takes a microsecond}
    private int looksAtTheClock(BiConsumer<FailureFloor, Long> pad) {
        AtomicInteger looks = new AtomicInteger();
        watched = () -> {
            looks.incrementAndGet();
            now += 1000;
            return now;
        };
        pad.accept(floor, now - Duration.ofMillis(99).toNanos());
        watched = () -> now;
        return looks.get();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void succeedIn(long millis) {
        long since = now;
        now += Duration.ofMillis(millis).toNanos();
        floor.succeeded(since);
    }
}
