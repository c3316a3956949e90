package dev.gatehouse.gateway.authentication;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static dev.gatehouse.gateway.authentication.TestTokens.NOW;
import static org.assertj.core.api.Assertions.assertThat;

class RevocationsTests {

    private final MovableClock clock = new MovableClock(NOW);
    private final Revocations revocations = new Revocations(clock, 3);

    @Test
    void endsOneSession() {
        revocations.revoke("s-1", NOW.plusSeconds(360));
        assertThat(revocations.revoked(caller("s-1", NOW))).isTrue();
        assertThat(revocations.revoked(caller("s-2", NOW))).isFalse();
        assertThat(revocations.entries()).isEqualTo(1);
    }

    @Test
    void endsASessionWhoseLastTokenIsTakenWithinThisSecond() {
        revocations.revoke("s-1", NOW.minus(IssuerSpec.MOST_LEEWAY));
        revocations.revoke("s-2", NOW.minus(IssuerSpec.MOST_LEEWAY).minusSeconds(1));
        assertThat(revocations.revoked(caller("s-1", NOW))).isTrue();
        assertThat(revocations.entries()).isEqualTo(1);
    }

    @Test
    void knowsNothingOfCallerWithoutSession() {
        revocations.revoke("s-1", NOW.plusSeconds(360));
        assertThat(revocations.revoked(new Caller.Authenticated("x", "alice", List.of(), List.of(), NOW, Map.of("sid", 7))))
                .isFalse();
    }

    @Test
    void forgetsWhatNoTokenCanNeedAnyMore() {
        revocations.revoke("s-1", NOW.plusSeconds(10));
        revocations.revoke("s-2", NOW.plusSeconds(20));
        revocations.revoke("s-1", NOW.plusSeconds(5)); // a later word cannot shorten it
        clock.move(IssuerSpec.MOST_LEEWAY.plusSeconds(10));
        revocations.forgetEnded();
        assertThat(revocations.entries()).isEqualTo(2);
        clock.move(Duration.ofSeconds(1));
        revocations.forgetEnded();
        assertThat(revocations.entries()).isEqualTo(1);
        revocations.revoke("s-3", NOW);
        assertThat(revocations.entries()).isEqualTo(1);
    }

    @Test
    void refusesAllOlderTokensRatherThanForgetOne() {
        for (int session = 0; session < 4; session++) {
            revocations.revoke("s-" + session, NOW.plusSeconds(360));
        }
        assertThat(revocations.entries()).isZero();
        assertThat(revocations.revoked(caller("s-1", NOW.minusSeconds(1)))).isTrue();
        assertThat(revocations.revoked(caller("innocent", NOW))).isTrue();
        assertThat(revocations.revoked(caller("innocent", NOW.plusSeconds(1)))).isFalse();
        assertThat(revocations.revoked(new Caller.Authenticated("x", "a", List.of(), List.of(), NOW, Map.of()))).isTrue();
    }

    @Test
    void makesRoomBeforeItGivesUp() {
        revocations.revoke("s-0", NOW.plusSeconds(1));
        clock.move(IssuerSpec.MOST_LEEWAY.plusSeconds(2));
        for (int session = 1; session < 4; session++) {
            revocations.revoke("s-" + session, NOW.plusSeconds(360));
        }
        assertThat(revocations.entries()).isEqualTo(3);
        assertThat(revocations.revoked(caller("innocent", NOW))).isFalse();
    }

    private static Caller.Authenticated caller(String session, Instant issued) {
        return new Caller.Authenticated("gatehouse", "alice", List.of(), List.of(), issued.plusSeconds(300),
                Map.of("sid", session, "iat", issued.getEpochSecond()));
    }
}
