package dev.gatehouse.gateway.overload;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SheddingTests {

    private static final Duration BEARABLE = Duration.ofMillis(100);

    private int drawn;
    private long now;
    private final Shedding shedding = new Shedding(BEARABLE, 0, _ -> drawn++ % 100);

    private void late(long millis, int times) {
        for (int i = 0; i < times; i++) {
            now += Shedding.EVERY.plusMillis(millis).toNanos();
            shedding.late(Duration.ofMillis(millis).toNanos(), now);
        }
    }

    private int refused() {
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            refused += shedding.refuses() ? 1 : 0;
        }
        return refused;
    }

    @Test
    void refusesNothingWhileTheLoopIsInTime() {
        late(90, 1_000);
        assertThat(refused()).isZero();
    }

    @Test
    void refusesMoreTheLongerTheLoopIsLate() {
        late(200, 4);
        assertThat(refused()).isEqualTo(20);
        late(200, 4);
        assertThat(refused()).isEqualTo(40);
    }

    @Test
    void takesNoBurstForOverload() {
        for (int i = 0; i < 100; i++) {
            late(2_000, 2);
            late(0, 1);
        }
        assertThat(refused()).isZero();
    }

    private void second(int requests, long millis, long least) {
        for (int i = 0; i < requests; i++) {
            shedding.took(Duration.ofMillis(i == 0 ? least : millis).toNanos());
        }
        late(0, 10);
    }

    @Test
    void refusesWhenTheGatewayItselfIsSlowThoughItsLoopIsInTime() {
        second(10, 300, 200);
        assertThat(refused()).isEqualTo(20);
        second(10, 300, 200);
        assertThat(refused()).isEqualTo(40);
        second(10, 300, 20);
        assertThat(refused()).isEqualTo(20);
    }

    @Test
    void refusesNothingWhileOneOfASecondsRequestsIsThroughInTime() {
        for (int i = 0; i < 10; i++) {
            second(1_000, 5_000, 90);
        }
        assertThat(refused()).isZero();
    }

    @Test
    void takesFewSlowRequestsForNothing() {
        for (int i = 0; i < 10; i++) {
            second(9, 5_000, 5_000);
        }
        assertThat(refused()).isZero();
    }

    @Test
    void letsSomeInWhateverHappens() {
        late(5_000, 1_000);
        assertThat(refused()).isEqualTo(90);
    }

    @Test
    void takesAllAgainWithinSeconds() {
        late(5_000, 1_000);
        late(0, 50);
        assertThat(refused()).isZero();
    }
}
