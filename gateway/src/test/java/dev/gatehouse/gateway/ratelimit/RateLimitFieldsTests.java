package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.gateway.ratelimit.Admission.Standing;

import static org.assertj.core.api.Assertions.assertThat;

class RateLimitFieldsTests {

    private static final LimitSpec BURST = TestLimits.perUser("burst", 20, Duration.ofSeconds(1));
    private static final LimitSpec DAY = TestLimits.perUser("day", 10_000, Duration.ofDays(1));

    @Test
    void tellsEveryPolicyOfARoute() {
        assertThat(RateLimitFields.policy(List.of(BURST, DAY))).isEqualTo("\"burst\";q=20;w=1, \"day\";q=10000;w=86400");
    }

    @Test
    void hasNothingToTellWithoutLimits() {
        assertThat(RateLimitFields.policy(List.of())).isEmpty();
    }

    @Test
    void tellsWhatIsLeftAndRoundsTheResetUp() {
        assertThat(RateLimitFields
                .standing(List.of(new Standing(BURST, 3, Duration.ofMillis(1)), new Standing(DAY, 0, Duration.ofSeconds(7)))))
                .isEqualTo("\"burst\";r=3;t=1, \"day\";r=0;t=7");
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 1", "PT0.001S, 1", "PT1S, 1", "PT1.001S, 2", "PT24H, 86400"})
    void sendsNobodyBackTooEarly(Duration wait, String field) {
        assertThat(RateLimitFields.retryAfter(wait)).isEqualTo(field);
    }
}
