package dev.gatehouse.gateway.authentication.introspection;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.jose.TokenDigest;

import static org.assertj.core.api.Assertions.assertThat;

class AnswersTests {

    private static final int TOKENS = 100_000;
    private static final long MOST_GOOD = 16L * 1024 * 1024;
    private static final long MOST_BAD = 2L * 1024 * 1024;
    private static final int LENGTH = 1000; // of what the issuer sent; what is made of it is no smaller

    private static final Introspected GOOD = new Introspected.Active(
            new Caller.Authenticated("asked", "alice", List.of(), List.of(), Instant.EPOCH, Map.of()));
    private static final Introspected BAD = new Introspected.Inactive("not active");

    private final Answers answers = new Answers();

    @Test
    void keepsNoMoreGoodAnswersThanItsShareOfMemory() {
        flood(GOOD);

        assertThat(kept() * LENGTH).isBetween(MOST_GOOD / 10, MOST_GOOD);
    }

    @Test
    void keepsNoMoreRefusalsThanTheirShareOfMemory() {
        flood(BAD);

        assertThat(kept() * 100).as("each takes a hundred bytes at the very least").isBetween(MOST_BAD / 10, MOST_BAD);
    }

    @Test
    void refusalsDriveOutNoGoodAnswer() {
        TokenDigest alice = TokenDigest.of("alice");
        answers.keep(alice, GOOD, 1, LENGTH);

        flood(BAD);

        assertThat(answers.find(alice, 0)).isEqualTo(GOOD);
    }

    @Test
    void newerWordAloneCounts() {
        TokenDigest alice = TokenDigest.of("alice");
        answers.keep(alice, GOOD, 10, LENGTH);
        answers.keep(alice, BAD, 5, LENGTH);
        assertThat(answers.find(alice, 0)).isEqualTo(BAD);
        assertThat(answers.find(alice, 5)).as("the good word is gone").isNull();
        answers.keep(alice, BAD, 10, LENGTH);
        answers.keep(alice, GOOD, 5, LENGTH);
        assertThat(answers.find(alice, 0)).isEqualTo(GOOD);
        assertThat(answers.find(alice, 5)).as("so is the bad one").isNull();
    }

    @Test
    void forgetsAll() {
        answers.keep(TokenDigest.of("alice"), GOOD, 1, LENGTH);
        answers.keep(TokenDigest.of("bob"), BAD, 1, LENGTH);
        answers.forget();
        assertThat(answers.find(TokenDigest.of("alice"), 0)).isNull();
        assertThat(answers.find(TokenDigest.of("bob"), 0)).isNull();
    }

    private void flood(Introspected answer) {
        for (int i = 0; i < TOKENS; i++) {
            answers.keep(key(i), answer, 1, LENGTH);
        }
    }

    private long kept() {
        long found = 0;
        for (int i = 0; i < TOKENS; i++) {
            found += answers.find(key(i), 0) == null ? 0 : 1;
        }
        return found;
    }

    private static TokenDigest key(int i) {
        return TokenDigest.of("token " + i);
    }
}
