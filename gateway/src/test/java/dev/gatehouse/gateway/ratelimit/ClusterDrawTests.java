package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.lettuce.core.cluster.SlotHash;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// What the nodes of a cluster have to do with each other. Redis and time are played.
class ClusterDrawTests {

    private static final int HALF = SlotHash.SLOT_COUNT / 2;

    private final MovedClock clock = new MovedClock();
    private final ManualTimer timer = new ManualTimer();
    private final ScriptedBuckets redis = new ScriptedBuckets();
    private String ofLowSlots = "lost";
    private final WindowRateLimiter limiter = WindowRateLimiter.over(redis, clock, timer, 20, () -> 1,
            Optional.of(slot -> slot < HALF ? ofLowSlots : "well"), new SimpleMeterRegistry());
    private final long windowEnd = clock.millis() + Duration.ofHours(1).toMillis();
    private final LimitSpec limit = TestLimits.perUserAndHour(20);
    private final Iterator<LimitSubject> low = subjects(true);
    private final Iterator<LimitSubject> high = subjects(false);

    private Iterator<LimitSubject> subjects(boolean lowSlots) {
        Rule rule = new Rule("orders", limit);
        return Stream.iterate(0, i -> i + 1).map(i -> TestLimits.user("user " + i))
                .filter(subject -> SlotHash.getSlot(TallyKey.of(rule, subject).redisKey()) < HALF == lowSlots).iterator();
    }

    private Reply ask(Iterator<LimitSubject> subjects) {
        return ask(subjects.next());
    }

    private Reply ask(LimitSubject subject) {
        return new Reply(limiter.admit(List.of(limit), subject).toFuture());
    }

    private void answerTheLast() {
        redis.answer(redis.draws().size() - 1, 1, 19, windowEnd);
    }

    private void pass(long millis) throws Exception {
        clock.move(Duration.ofMillis(millis));
        timer.pass(millis);
    }

    /// Three misses in a row, and as many answers of the other node between them.
    private void loseANode() throws Exception {
        for (int i = 0; i < 3; i++) {
            ask(low);
            ask(high);
            answerTheLast();
            pass(20);
        }
    }

    @Test
    void countsTheKeysOfALostNodeAlone() throws Exception {
        loseANode();
        int draws = redis.draws().size();
        assertThat(ask(low).alone()).isTrue();
        assertThat(redis.draws()).hasSize(draws);
        assertThat(limiter.isShared()).isFalse();
    }

    @Test
    void goesOnSharingTheKeysOfTheOthers() throws Exception {
        loseANode();
        Reply asked = ask(high);
        answerTheLast();
        assertThat(asked.alone()).isFalse();
    }

    @Test
    void asksTheNodeThatTookOver() throws Exception {
        loseANode();
        ofLowSlots = "successor";
        Reply asked = ask(low);
        answerTheLast();
        assertThat(asked.alone()).isFalse();
    }

    @Test
    void sharesAllLimitsOnceAnotherHasTakenOver() throws Exception {
        loseANode();
        assertThat(limiter.isShared()).isFalse();
        ofLowSlots = "successor";
        assertThat(limiter.isShared()).isTrue();
    }

    @Test
    void believesTheAnswerOfTheNodeThatWasAsked() throws Exception {
        loseANode();
        pass(1_000);
        ask(low); // probes
        ofLowSlots = "successor";
        answerTheLast();
        ofLowSlots = "lost";
        assertThat(limiter.isShared()).isTrue();
    }

    @Test
    void holdsWhatFollowsAgainstTheNodeThatTookOver() throws Exception {
        for (int i = 0; i < 3; i++) {
            LimitSubject busy = low.next();
            ofLowSlots = "lost";
            ask(busy);
            ask(busy);
            ofLowSlots = "successor";
            answerTheLast(); // the second is drawn for now
            pass(20);
        }
        assertThat(ask(low).alone()).isTrue();
        ofLowSlots = "lost";
        assertThat(limiter.isShared()).isTrue();
    }

    @Test
    void keepsNobodyWaitingForANodeThatIsLost() throws Exception {
        loseANode();
        LimitSubject busy = low.next();
        ofLowSlots = "predecessor";
        ask(busy);
        Reply second = ask(busy);
        ofLowSlots = "lost";
        answerTheLast();
        assertThat(second.alone()).isTrue();
    }

    /// What came of asking, so far.
    private record Reply(CompletableFuture<Admission> admission) {

        boolean alone() {
            return admission.getNow(null).alone();
        }
    }
}
