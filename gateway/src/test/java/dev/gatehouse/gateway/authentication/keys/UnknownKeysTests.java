package dev.gatehouse.gateway.authentication.keys;

import java.time.Clock;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class UnknownKeysTests {

    @Test
    void remembersABoundedNumberOfIds() {
        UnknownKeys unknown = new UnknownKeys(Clock.systemUTC());
        IntStream.range(0, 100_000).forEach(i -> unknown.remember("random " + i));
        assertThat(IntStream.range(0, 100_000).filter(i -> unknown.remembers("random " + i)).count()).isBetween(1L, 1_000L);
    }
}
