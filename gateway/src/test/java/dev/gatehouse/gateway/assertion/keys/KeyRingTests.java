package dev.gatehouse.gateway.assertion.keys;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.nimbusds.jose.jwk.ECKey;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// The stages of a key, by moving time.
class KeyRingTests {

    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final ECKey ONE = AssertionKey.generate();
    private static final ECKey TWO = AssertionKey.generate();
    private static final Instant TAKES_OVER = START.plus(KeyRing.PERIOD);

    private final KeyRing first = KeyRing.of(ONE, START);
    private final KeyRing second = first.advanced(TAKES_OVER.minus(KeyRing.LEAD), () -> TWO).orElseThrow();

    @Test
    void stagesFollowEachOther() {
        assertThat(first.advanced(TAKES_OVER.minus(KeyRing.LEAD).minusMillis(1), () -> TWO)).isEmpty();
        assertStage(TAKES_OVER.minusMillis(1), ONE, ONE, TWO);
        assertStage(TAKES_OVER, TWO, ONE, TWO);
        assertStage(TAKES_OVER.plus(KeyRing.LINGER).minusMillis(1), TWO, ONE, TWO);
        assertStage(TAKES_OVER.plus(KeyRing.LINGER), TWO, TWO);
    }

    private void assertStage(Instant now, ECKey signer, ECKey... published) {
        assertThat(second.signer(now)).as("signer at " + now).isEqualTo(signer);
        assertThat(second.published(now)).as("published at " + now).containsExactly(published);
    }

    @Test
    void nextKeyIsKnownLongerThanAnybodyKeepsASet() {
        Instant late = TAKES_OVER.plus(Duration.ofDays(90)); // nobody ran in between
        KeyRing revived = first.advanced(late, () -> TWO).orElseThrow();

        assertThat(revived.signer(late.plus(KeyRing.LEAD).minusMillis(1))).isEqualTo(ONE);
        assertThat(revived.signer(late.plus(KeyRing.LEAD))).isEqualTo(TWO);
    }

    @Test
    void clockBehindStillSigns() {
        assertThat(first.signer(START.minusSeconds(10))).isEqualTo(ONE);
        assertThat(first.published(START.minusSeconds(10))).containsExactly(ONE);
    }

    @Test
    void forgetsKeysThatAreGone() {
        ECKey three = AssertionKey.generate();
        KeyRing third = second.advanced(TAKES_OVER.plus(KeyRing.PERIOD), () -> three).orElseThrow();

        assertThat(third.links()).extracting(KeyRing.Link::key).isEqualTo(List.of(TWO, three));
    }

    @Test
    void operatorsNextKeySignsAfterTheUsualLead() {
        KeyRing staged = first.rotated(Rotation.STAGED, START.plusSeconds(10), () -> TWO).orElseThrow();

        assertThat(staged.signer(START.plusSeconds(9).plus(KeyRing.LEAD))).isEqualTo(ONE);
        assertThat(staged.signer(START.plusSeconds(10).plus(KeyRing.LEAD))).isEqualTo(TWO);
        assertThat(staged.published(START.plusSeconds(10))).containsExactly(ONE, TWO);
        assertThat(staged.reachesBeyond(first)).isTrue();
        assertThat(staged.rotated(Rotation.STAGED, START.plusSeconds(11), () -> ONE)).isEmpty();
    }

    @Test
    void rowWithoutDroppedKeysOutdoesWhateverWasAnnounced() {
        KeyRing fresh = second.rotated(Rotation.AT_ONCE, START.plusSeconds(10), () -> TWO).orElseThrow();

        assertThat(fresh.signer(START.plusSeconds(10))).isEqualTo(TWO);
        assertThat(fresh.published(START.plusSeconds(10))).containsExactly(TWO);
        assertThat(fresh.reachesBeyond(second)).isTrue();
        assertThat(second.reachesBeyond(fresh)).isFalse();
        assertThat(second.advanced(TAKES_OVER.plus(KeyRing.PERIOD), () -> ONE).orElseThrow().reachesBeyond(fresh)).isFalse();
    }

    @Test
    void announcesOneAtATime() {
        assertThat(second.advanced(TAKES_OVER, () -> ONE)).isEmpty();
    }
}
