package dev.gatehouse.auth.timing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

final class FailureFloorTests {

    private long now;
    private final List<Duration> slept = new ArrayList<>();
    private final FailureFloor floor = new FailureFloor(Duration.ofMillis(100), () -> now, slept::add, new Random(7));

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
    void endsAtAnyMomentOfTwentyMillisecondsAndSeldomAtTheirEdges() {
        IntStream.range(0, 10_000).forEach(_ -> floor.pad(now));

        Map<Long, Long> ends = slept.stream().collect(groupingBy(Duration::toMillis, counting()));
        assertThat(ends.keySet()).containsExactlyInAnyOrderElementsOf(LongStream.range(100, 120).boxed().toList());
        assertThat(List.of(ends.get(100L), ends.get(119L))).allSatisfy(edge -> assertThat(edge).isBetween(20L, 90L));
        assertThat(List.of(ends.get(109L), ends.get(110L))).allSatisfy(middle -> assertThat(middle).isBetween(850L, 1050L));
    }

    @Test
    void keepsARefusalThatLookedAtNoPasswordForTwentyMilliseconds() {
        floor.padBriefly(now - Duration.ofMillis(5).toNanos());

        assertThat(slept).containsExactly(Duration.ofMillis(15));
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
