package dev.gatehouse.gateway.authentication.jose;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/// What bad tokens cost. Apart from what becomes of them, since instrumented code, as mutation tests run it, costs something else.
class TokenWorkTests {

    private static final Duration MOST = Duration.ofMillis(5);
    private static final int TRIES = 2000;

    /// The processor's time, not the clock's, and one try of many: what else the machine does meanwhile changes neither, nor that code is slow until it
    /// has run some hundred times.
    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.gatehouse.gateway.authentication.jose.TokenVerifierTests#refused")
    void refusesForLessThanFiveMillisecondsOfWork(String why, String token) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && least >= MOST.toNanos(); i++) {
            long before = threads.getCurrentThreadCpuTime();
            TokenVerifierTests.verify(token);
            least = Math.min(least, threads.getCurrentThreadCpuTime() - before);
        }

        assertThat(Duration.ofNanos(least)).as(why).isLessThan(MOST);
    }
}
