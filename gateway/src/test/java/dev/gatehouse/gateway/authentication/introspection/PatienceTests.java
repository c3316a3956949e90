package dev.gatehouse.gateway.authentication.introspection;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.authentication.introspection.Patience.Leave;

import static org.assertj.core.api.Assertions.assertThat;

class PatienceTests {

    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final InstantSource source = () -> now;
    private final Patience patience = new Patience(source.withZone(ZoneOffset.UTC));

    private boolean miss(int times) {
        boolean givenUp = false;
        for (int i = 0; i < times; i++) {
            givenUp = patience.missed(Leave.GRANTED);
        }
        return givenUp;
    }

    @Test
    void fiveSilencesInARowAreEnough() {
        assertThat(miss(4)).isFalse();
        assertThat(patience.leave()).isEqualTo(Leave.GRANTED);
        assertThat(patience.leftAloneUntil()).isEmpty();
        assertThat(miss(1)).isTrue();
        assertThat(patience.leave()).isEqualTo(Leave.REFUSED);
        assertThat(patience.leftAloneUntil()).contains(now.plusSeconds(1));
    }

    @Test
    void anAnswerBeginsTheCountAgain() {
        miss(4);
        patience.answered();
        assertThat(miss(4)).isFalse();
        assertThat(patience.leave()).isEqualTo(Leave.GRANTED);
    }

    @Test
    void oneQuestionAtATimeFindsOut() {
        miss(5);
        now = now.plusMillis(999);
        assertThat(patience.leave()).isEqualTo(Leave.REFUSED);
        now = now.plusMillis(1);
        assertThat(patience.leave()).isEqualTo(Leave.ON_TRIAL);
        assertThat(patience.leave()).isEqualTo(Leave.REFUSED);
        patience.answered();
        assertThat(patience.leave()).isEqualTo(Leave.GRANTED);
    }

    @Test
    void whoWasNotAskedAfterAllSaysNothing() {
        miss(4);
        patience.waived(Leave.GRANTED);
        assertThat(patience.leave()).isEqualTo(Leave.GRANTED);
        miss(1);
        now = now.plusSeconds(1);
        assertThat(patience.leave()).isEqualTo(Leave.ON_TRIAL);
        patience.waived(Leave.GRANTED);
        assertThat(patience.leave()).as("the trial is under way").isEqualTo(Leave.REFUSED);
        patience.waived(Leave.ON_TRIAL);
        assertThat(patience.leave()).as("the next one tries").isEqualTo(Leave.ON_TRIAL);
    }

    @Test
    void pausesGrowToHalfAMinuteAndBeginAgainAfterAnAnswer() {
        miss(5);
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Instant until = patience.leftAloneUntil().orElseThrow();
            pauses.add(Duration.between(now, until).toSeconds());
            now = until;
            assertThat(patience.leave()).isEqualTo(Leave.ON_TRIAL);
            assertThat(patience.missed(Leave.ON_TRIAL)).as("told once").isFalse();
        }
        assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
        patience.answered();
        miss(5);
        assertThat(patience.leftAloneUntil()).contains(now.plusSeconds(1));
    }

    @Test
    void silencesOfThoseWhoWereAskedBeforeChangeNothing() {
        miss(5);
        now = now.plusMillis(500);
        assertThat(miss(60)).isFalse();
        assertThat(patience.leftAloneUntil()).contains(now.plusMillis(500));
    }

    @Test
    void whoStillWaitsForItsTurnWaitsInVain() {
        assertThat(patience.holds(Leave.GRANTED)).isTrue();
        miss(5);
        assertThat(patience.holds(Leave.GRANTED)).isFalse();
        assertThat(patience.holds(Leave.ON_TRIAL)).isTrue();
    }
}
