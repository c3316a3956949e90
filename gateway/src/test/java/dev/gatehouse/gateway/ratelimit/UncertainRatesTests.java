package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.authorization.ClaimValue;
import dev.gatehouse.gateway.authorization.Combination;
import dev.gatehouse.gateway.authorization.Condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Where a token does not tell which rate holds, no laxer one than may be meant.
class UncertainRatesTests {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Condition FREE = is("free");
    private static final Condition PRO = is("pro");
    private static final Object ODD = Map.of("name", "free");

    private static Condition is(String plan) {
        return new Condition.Claim("plan", List.of(new ClaimValue.Text(plan)));
    }

    private static Condition not(Condition condition) {
        return new Combination.Not(condition);
    }

    private static LimitSpec.Rate rate(Condition when, long requests, Duration every) {
        return new LimitSpec.Rate(when, TestLimits.perUser("x", requests, every));
    }

    private static LimitSpec.Rate rate(Condition when, long requests) {
        return rate(when, requests, HOUR);
    }

    static Stream<Arguments> rates() {
        LimitSpec.Rate sure = new LimitSpec.Rate(new Condition.Claim("sure", List.of(new ClaimValue.Flag(true))),
                TestLimits.perUser("x", 50, HOUR));
        return Stream.of(
                arguments("the stricter rate of a plan", List.of(rate(FREE, 10)), "free", 10),
                arguments("nobody's else", List.of(rate(FREE, 10)), "pro", 100),
                arguments("a plan of another form does not lead out of it", List.of(rate(FREE, 10)), ODD, 10),
                arguments("nor into a laxer one", List.of(rate(PRO, 1000)), ODD, 100),
                arguments("nor by a not", List.of(rate(not(FREE), 1000)), ODD, 100),
                arguments("nor past one that comes first", List.of(rate(FREE, 10), sure), ODD, 10),
                arguments("one that fits is taken for itself", List.of(rate(PRO, 1000), sure), ODD, 50),
                arguments("the strictest of several", List.of(rate(FREE, 20), rate(PRO, 10), rate(is("x"), 30)), ODD, 10),
                arguments("what comes behind one that fits is not asked", List.of(sure, rate(FREE, 10)), ODD, 50),
                arguments("the first that fits as ever", List.of(rate(PRO, 1000), rate(not(FREE), 1)), "pro", 1000),
                arguments("more in a longer time may be less", List.of(rate(FREE, 200, HOUR.multipliedBy(3))), ODD, 200),
                arguments("less in a shorter time may be more", List.of(rate(FREE, 90, Duration.ofMinutes(30))), ODD, 100),
                arguments("as much in the long run, less at once", List.of(rate(FREE, 50, Duration.ofMinutes(30))), ODD, 50),
                arguments("as much in the long run, more at once", List.of(rate(FREE, 200, HOUR.multipliedBy(2))), ODD, 100));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void rates(String why, List<LimitSpec.Rate> rates, Object plan, long requests) {
        LimitSpec limit = new LimitSpec("x", new LimitKey.User(), 100, HOUR, rates, false);

        assertThat(limit.at(TestLimits.user("alice", Map.of("plan", plan, "sure", true)).caller(), Instant.EPOCH).requests())
                .as(why).isEqualTo(requests);
    }
}
