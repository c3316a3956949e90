package dev.gatehouse.gateway.authorization;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authorization.Condition.Granted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ConditionTests {

    private static final long SECOND = 1_795_348_800;
    private static final Instant NOW = Instant.ofEpochSecond(SECOND);
    private static final Condition USER = new Condition.Roles(Names.of("user"));
    private static final Condition READ = new Condition.Scopes(Names.of("read"));
    private static final Condition WRITE = new Condition.Scopes(Names.of("write"));
    private static final Condition PRO = new Condition.Claim("plan", List.of(new ClaimValue.Text("pro")));
    private static final Condition NOT_BANNED = new Combination.Not(
            new Condition.Claim("banned", List.of(new ClaimValue.Text("yes"))));
    private static final Condition MFA = new StepUp.Acr(List.of("mfa"));
    private static final Condition FRESH = new StepUp.MaxAge(Duration.ofMinutes(1));

    private static final Caller.Authenticated ALICE = with(Map.of("plan", "pro", "auth_time", SECOND));

    private static Caller.Authenticated with(Map<String, Object> claims) {
        return new Caller.Authenticated("gatehouse", "alice", List.of("user"), List.of("read"), Instant.MAX, claims);
    }

    /// `auth_time` is so many seconds after the second of now, which is half a second old or a quarter; at most a minute may have passed.
    @ParameterizedTest
    @CsvSource({"30, 0, true", "30.1, 0, false", "31, 500, false", "30.25, 500, true", "-60, 0, true", "-60.1, 0, false",
            "-59, 500, true",
            "-59.5, 500, true", "-59.75, 500, false", "-60, 1, false"})
    void ageOfASignInIsCountedToThePartOfASecond(double signedInAfter, int millis, boolean fresh) {
        assertThat(FRESH.holds(with(Map.of("auth_time", SECOND + signedInAfter)), NOW.plusMillis(millis), Granted.NOTHING))
                .isEqualTo(fresh);
    }

    @ParameterizedTest
    @CsvSource({"PT1S, true", "PT0.999S, false", "PT1.5S, false", "PT0S, false", "PT-1S, false", "PT24H, true"})
    void ageIsInWholeSeconds(Duration atMost, boolean possible) {
        if (possible) {
            assertThat(new StepUp.MaxAge(atMost).describe()).isEqualTo("max-age " + atMost.toSeconds() + "s");
        } else {
            assertThatIllegalArgumentException().isThrownBy(() -> new StepUp.MaxAge(atMost));
        }
    }

    @Test
    void aStepUpIsAskedForBesideConditionsThatHold() {
        Condition rule = new Combination.All(List.of(USER, READ, PRO, NOT_BANNED, MFA, FRESH));

        assertThat(new Access.Rule(rule).decide(ALICE, NOW))
                .isEqualTo(new Decision.StepUpNeeded(List.of("mfa"), Optional.of(Duration.ofMinutes(1))));
    }

    @Test
    void onlyScopesThatAreMissingAreTold() {
        Condition rule = new Combination.All(List.of(USER, READ, PRO, NOT_BANNED, MFA, FRESH, WRITE));

        assertThat(new Access.Rule(rule).decide(ALICE, NOW)).isEqualTo(new Decision.Denied("write"));
    }

    @Test
    void rulesSayThemselvesInWords() {
        assertThat(new Access.Public().describe()).isEqualTo("public");
        assertThat(new Access.Anyone().describe()).isEqualTo("optional");
        assertThat(new Access.SignedIn().describe()).isEqualTo("signed-in");
    }

    @Test
    void operatorsAreToldWhatACallerFails() {
        assertThat(new Access.SignedIn().unmet(Caller.ANONYMOUS, NOW)).containsExactly("signed-in");
        assertThat(new Access.SignedIn().unmet(ALICE, NOW)).isEmpty();
        assertThat(new Access.Anyone().unmet(Caller.ANONYMOUS, NOW)).isEmpty();
        assertThat(new Access.Public().unmet(ALICE, NOW)).isEmpty();
    }

    @Test
    void theOppositeCountsAsAConditionOfItsOwn() {
        Condition not = new Combination.Not(new Combination.All(List.of(USER, READ)));

        assertThat(not.size()).isEqualTo(4);
        assertThat(not.depth()).isEqualTo(3);
        assertThat(not.asksForStepUp()).isFalse();
        assertThat(new Combination.Not(not).describe())
                .isEqualTo("not (not (all of (roles any of [user]; scopes all of [read])))");
    }

    @Test
    void namesAreEqualWhateverTheirOrder() {
        assertThat(Names.of("b", "a", "b")).isEqualTo(Names.of("a", "b")).hasSameHashCodeAs(Names.of("a", "b"))
                .isNotEqualTo(Names.of("a"))
                .isNotEqualTo(List.of("a", "b")).hasToString("[a, b]");
        assertThat(Names.of("a")).doesNotHaveSameHashCodeAs(Names.of("b"));
    }
}
