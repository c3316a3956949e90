package dev.gatehouse.auth.session;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/// reference/auth-services.md §4.1.3, row by row. The current counter is 10.
final class StandingTests {

    private static final Duration GRACE = Duration.ofSeconds(10);

    @ParameterizedTest(name = "{5}")
    @CsvSource({"10, 0, false, live, CURRENT, the current token rotates",
            "10, 99999, false, live, CURRENT, however long ago the last rotation was",
            "9, 0, false, live, LOST_RESPONSE, the one before within the grace is a lost answer",
            "9, 10, false, live, LOST_RESPONSE, up to its last second",
            "9, 11, false, live, REUSED, after the grace it is reuse",
            "9, 99999, true, live, LOST_RESPONSE, unless the holder is proven",
            "8, 5, false, live, CONCURRENT, an older one within the grace is another tab",
            "1, 10, false, live, CONCURRENT, however old", "8, 11, false, live, REUSED, after the grace it is reuse",
            "8, 11, true, live, REUSED, even of a proven holder", "11, 0, false, live, UNKNOWN, a future one is not ours",
            "10, 0, false, revoked, REVOKED, an ended session has no current token",
            "8, 99, false, revoked, REVOKED, and no reuse", "10, 0, false, expired, EXPIRED, an expired one neither",
            "8, 99, false, expired, EXPIRED, and no reuse"})
    void judges(long presented, long sinceRotation, boolean proven, String state, Standing expected, String rule) {
        var lineage = new Standing.Lineage(10, Duration.ofSeconds(sinceRotation), state.equals("revoked"),
                state.equals("expired"));

        assertThat(Standing.of(lineage, presented, proven, GRACE)).as(rule).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 9, LOST_RESPONSE", "1, 9, REUSED"})
    void hasNoGraceWhereItIsSwitchedOff(long millis, long presented, Standing expected) {
        var lineage = new Standing.Lineage(10, Duration.ofMillis(millis), false, false);

        assertThat(Standing.of(lineage, presented, false, Duration.ZERO)).isEqualTo(expected);
    }
}
