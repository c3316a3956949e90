package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.authorization.ClaimValue;
import dev.gatehouse.gateway.authorization.Condition;
import dev.gatehouse.gateway.ratelimit.Admission.Exceeded;
import dev.gatehouse.gateway.ratelimit.Admission.Standing;

import static dev.gatehouse.gateway.ratelimit.TestLimits.admitted;
import static dev.gatehouse.gateway.ratelimit.TestLimits.alice;
import static dev.gatehouse.gateway.ratelimit.TestLimits.anonymous;
import static dev.gatehouse.gateway.ratelimit.TestLimits.user;
import static org.assertj.core.api.Assertions.assertThat;

class LocalLimitsTests {

    private final MovedClock clock = new MovedClock();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final RateLimiter limiter = WindowRateLimiter.local(clock, new ManualTimer(), metrics);
    private final LimitSpec burst = TestLimits.perUser("burst", 20, Duration.ofSeconds(1));
    private final LimitSpec day = TestLimits.perUser("day", 50, Duration.ofDays(1));

    @Test
    void passesExactlyTheLimitInOneWindow() {
        assertThat(admitted(limiter, List.of(burst), alice(), 100)).isEqualTo(20);
    }

    @Test
    void passesTheLimitAgainWhenTheWindowIsOver() {
        admitted(limiter, List.of(burst), alice(), 100);
        clock.move(Duration.ofMillis(999));
        assertThat(admitted(limiter, List.of(burst), alice(), 100)).isZero();
        clock.move(Duration.ofMillis(1));
        assertThat(admitted(limiter, List.of(burst), alice(), 100)).isEqualTo(20);
    }

    @Test
    void beginsAWindowWithTheFirstRequest() {
        admitted(limiter, List.of(burst), alice(), 1);
        clock.move(Duration.ofMillis(600));
        assertThat(limiter.admit(List.of(burst), alice()).block().standings())
                .containsExactly(new Standing(burst, 18, Duration.ofMillis(400)));
    }

    @Test
    void tellsWhenARefusedRequestMayComeBack() {
        admitted(limiter, List.of(burst), alice(), 20);
        clock.move(Duration.ofMillis(250));
        assertThat(limiter.admit(List.of(burst), alice()).block())
                .isEqualTo(new Exceeded(new Standing(burst, 0, Duration.ofMillis(750)), Duration.ofMillis(750),
                        List.of(new Standing(burst, 0, Duration.ofMillis(750))), false));
    }

    @Test
    void chargesNothingForARefusedRequest() {
        List<LimitSpec> limits = List.of(day, burst);
        admitted(limiter, limits, alice(), 100);
        clock.move(Duration.ofSeconds(1));
        admitted(limiter, limits, alice(), 100);
        clock.move(Duration.ofSeconds(1));
        assertThat(admitted(limiter, limits, alice(), 100)).isEqualTo(10);
    }

    @Test
    void asksNoLimitAfterTheOneThatRefuses() {
        List<LimitSpec> limits = List.of(burst, day);
        admitted(limiter, limits, alice(), 20);
        Exceeded refusal = (Exceeded) limiter.admit(limits, alice()).block();
        assertThat(refusal.standings()).extracting(Standing::limit).containsExactly(burst);
    }

    @Test
    void startsAfreshWhenTheClockWasSetBack() {
        admitted(limiter, List.of(burst), alice(), 20);
        clock.move(Duration.ofDays(-1));
        assertThat(admitted(limiter, List.of(burst), alice(), 100)).isEqualTo(20);
    }

    @Test
    void keepsCountsWhenARouteIsLoadedAnew() {
        admitted(limiter, List.of(burst), alice(), 15);
        assertThat(admitted(limiter, List.of(TestLimits.perUser("burst", 20, Duration.ofSeconds(1))), alice(), 100)).isEqualTo(5);
    }

    @Test
    void startsAfreshWhenALimitChanged() {
        admitted(limiter, List.of(burst), alice(), 20);
        assertThat(admitted(limiter, List.of(TestLimits.perUser("burst", 30, Duration.ofSeconds(1))), alice(), 100))
                .isEqualTo(30);
    }

    @Test
    void admitsEverythingWithoutLimits() {
        assertThat(limiter.admit(List.of(), alice()).block().standings()).isEmpty();
    }

    @Test
    void countsItsDecisionsAsLocal() {
        admitted(limiter, List.of(burst), alice(), 30);
        assertThat(metrics.get("gatehouse.limiter.decisions").tags("mode", "local", "outcome", "admitted").counter().count())
                .isEqualTo(20);
        assertThat(metrics.get("gatehouse.limiter.decisions").tags("mode", "local", "outcome", "exceeded").counter().count())
                .isEqualTo(10);
    }

    @Test
    void forgetsKeysSoThatMemoryStaysBounded() {
        for (int i = 0; i < 200_000; i++) {
            limiter.admit(List.of(burst), TestLimits.user("user-" + i)).block();
        }
        assertThat(metrics.get("gatehouse.limiter.keys").gauge().value()).isLessThan(120_000);
    }

    @Test
    void countsSharedLimitsOfSeveralRoutesTogether() {
        LimitSpec shared = new LimitSpec("burst", new LimitKey.User(), 20, Duration.ofSeconds(1), List.of(), true);
        LimitSubject orders = alice();
        LimitSubject invoices = new LimitSubject("invoices", orders.caller(), orders.clientAddress(), orders.headers());

        assertThat(admitted(limiter, List.of(shared), orders, 15)).isEqualTo(15);
        assertThat(admitted(limiter, List.of(shared), invoices, 15)).isEqualTo(5);
    }

    @Test
    void countsByTheRateOfTheCaller() {
        LimitSpec pro = new LimitSpec("burst", new LimitKey.User(), 40, Duration.ofSeconds(1));
        Condition isPro = new Condition.Claim("plan", List.of(new ClaimValue.Text("pro")));
        List<LimitSpec> limits = List.of(new LimitSpec("burst", new LimitKey.User(), 20, Duration.ofSeconds(1),
                List.of(new LimitSpec.Rate(isPro, pro)), false));

        assertThat(admitted(limiter, limits, user("alice", Map.of("plan", "pro")), 50)).isEqualTo(40);
        assertThat(admitted(limiter, limits, user("bob", Map.of("plan", "free")), 50)).isEqualTo(20);
        assertThat(admitted(limiter, limits, anonymous("192.0.2.7"), 50)).isEqualTo(20);
        assertThat(limiter.admit(limits, user("alice", Map.of("plan", "pro"))).block().standings().getFirst().limit())
                .isEqualTo(pro);
    }

    @Test
    void doesNotCallAnInstanceWithoutRedisCutOff() {
        assertThat(limiter.admit(List.of(burst), alice()).block().alone()).isFalse();
    }
}
