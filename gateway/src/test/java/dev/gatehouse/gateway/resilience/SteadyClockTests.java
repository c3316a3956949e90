package dev.gatehouse.gateway.resilience;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.ratelimit.MovedClock;

import static org.assertj.core.api.Assertions.assertThat;

class SteadyClockTests {

    private final MovedClock wall = new MovedClock();
    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 10);
    private final Instant begun = wall.instant();
    private final SteadyClock clock = new SteadyClock(wall, nanoTime::get);

    @Test
    void goesOnAsTimeDoes() {
        nanoTime.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(clock.instant()).isEqualTo(begun.plusSeconds(5));
        assertThat(clock.millis()).isEqualTo(begun.plusSeconds(5).toEpochMilli());
    }

    @Test
    void doesNotGoBackWithTheWallClock() {
        wall.move(Duration.ofHours(-1));
        assertThat(clock.instant()).isEqualTo(begun);
    }
}
