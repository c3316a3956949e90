package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static dev.gatehouse.gateway.ratelimit.TestLimits.alice;
import static dev.gatehouse.gateway.ratelimit.TestLimits.perUser;
import static dev.gatehouse.gateway.ratelimit.TestLimits.perUserAndHour;
import static org.assertj.core.api.Assertions.assertThat;

/// When Redis is asked, for how much, and what happens when it does not answer. Redis and time are played.
class DrawTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private final MovedClock clock = new MovedClock();
    private final ManualTimer timer = new ManualTimer();
    private final ScriptedBuckets redis = new ScriptedBuckets();
    private final WindowRateLimiter limiter = limiter(1);
    private final long windowEnd = clock.millis() + HOUR.toMillis();
    private final List<LimitSpec> small = List.of(perUserAndHour(20));
    private final List<LimitSpec> great = List.of(perUserAndHour(10_000));

    private WindowRateLimiter limiter(int instances) {
        return WindowRateLimiter.over(redis, clock, timer, 20, () -> instances, Optional.empty(), new SimpleMeterRegistry());
    }

    private Reply ask(List<LimitSpec> limits) {
        return ask(limiter, limits, alice());
    }

    private static Reply ask(RateLimiter limiter, List<LimitSpec> limits, LimitSubject subject) {
        return new Reply(limiter.admit(limits, subject).toFuture());
    }

    private List<Reply> ask(List<LimitSpec> limits, int times) {
        List<Reply> asked = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            asked.add(ask(limits));
        }
        return asked;
    }

    private static long admitted(List<Reply> asked) {
        return asked.stream().filter(answer -> answer.now() instanceof Admission.Admitted).count();
    }

    private static long unanswered(List<Reply> asked) {
        return asked.stream().filter(answer -> answer.now() == null).count();
    }

    private void pass(long millis) throws Exception {
        clock.move(Duration.ofMillis(millis));
        timer.pass(millis);
    }

    /// Three misses in a row, longer than one pause.
    private void loseRedis() throws Exception {
        for (int i = 0; i < 3; i++) {
            ask(limiter, small, TestLimits.user("bystander " + i));
            pass(20);
        }
        assertThat(limiter.isShared()).isFalse();
    }

    @Test
    void settlesAllWhoWaitWithOneDraw() {
        List<Reply> asked = ask(small, 100);
        redis.answer(0, 1, 19, windowEnd);
        redis.answer(1, 19, 0, windowEnd);
        assertThat(redis.draws()).containsExactly(1L, 99L);
        assertThat(admitted(asked)).isEqualTo(20);
        assertThat(unanswered(asked)).isZero();
    }

    @Test
    void asksNobodyOnceRedisHasNothingLeft() {
        Reply asked = ask(small);
        redis.answer(0, 0, 0, windowEnd);
        ask(small, 1_000);
        assertThat(asked.now()).isInstanceOf(Admission.Exceeded.class);
        assertThat(redis.draws()).hasSize(1);
    }

    @Test
    void asksAgainInTheNextWindow() throws Exception {
        ask(small);
        redis.answer(0, 0, 0, clock.millis() + 1_000);
        pass(1_000);
        ask(small);
        assertThat(redis.draws()).hasSize(2);
    }

    @Test
    void answersByItselfWhenRedisMissesTheDeadline() throws Exception {
        Reply asked = ask(small);
        pass(20);
        assertThat(asked.now()).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void answersAtOnceWhenTheConnectionIsLost() {
        Reply asked = ask(small);
        redis.fail(0);
        assertThat(asked.now()).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void keepsOneDeadlineForAllLimitsOfARequest() throws Exception {
        Reply asked = ask(List.of(perUser("first", 20, HOUR), perUser("second", 20, HOUR)));
        pass(12);
        redis.answer(0, 1, 19, windowEnd);
        assertThat(asked.now()).isNull();
        pass(8);
        assertThat(asked.now()).isNotNull();
    }

    @Test
    void whoJoinsADrawUnderWayIsAnsweredByItsOwnDeadline() throws Exception {
        List<LimitSpec> shared = List.of(perUser("second", 20, HOUR));
        Reply late = ask(List.of(perUser("first", 20, HOUR), shared.getFirst()));
        pass(10);
        ask(shared);
        pass(1);
        redis.answer(0, 1, 19, windowEnd);
        pass(9);
        assertThat(late.now()).isNotNull();
    }

    @Test
    void whoCameAfterADrawIsNotAnsweredWithThoseWhoAskedForIt() throws Exception {
        ask(small);
        pass(10);
        Reply later = ask(small);
        pass(10);
        assertThat(later.now()).isNull();
        redis.answer(1, 2, 18, windowEnd);
        assertThat(later.now().alone()).isFalse();
    }

    @Test
    void whoCameAfterADrawIsContentWithItsTokensThoughTheyAreLate() throws Exception {
        ask(small);
        pass(10);
        Reply later = ask(small);
        pass(12);
        redis.answer(0, 2, 18, windowEnd);
        assertThat(later.now().alone()).isFalse();
    }

    @Test
    void whoCameAfterADrawIsAnsweredByItsOwnDeadlineAllTheSame() throws Exception {
        ask(small);
        pass(10);
        Reply later = ask(small);
        pass(10);
        pass(10);
        assertThat(later.now().alone()).isTrue();
    }

    @Test
    void nobodyIsLeftWaitingWhenRedisIsBelievedAway() throws Exception {
        ask(small);
        pass(10);
        ask(small);
        pass(10);
        ask(small);
        pass(10);
        Reply last = ask(small);
        pass(10);
        assertThat(limiter.isShared()).isFalse();
        assertThat(last.now().alone()).isTrue();
    }

    @Test
    void chargesTokensThatArriveTooLateForWhatWasGrantedMeanwhile() throws Exception {
        ask(small);
        pass(20);
        redis.answer(0, 1, 19, windowEnd);
        ask(small);
        assertThat(redis.draws()).containsExactly(1L, 1L);
    }

    @Test
    void givesBackTokensThatArriveTooLateForNobody() throws Exception {
        ask(small, 3);
        redis.answer(0, 1, 19, windowEnd);
        pass(20);
        redis.answer(1, 5, 14, windowEnd);
        assertThat(redis.givenBack()).isEqualTo(3);
    }

    @Test
    void asksAgainAfterASecondWhenNothingWasLeft() throws Exception {
        ask(small);
        redis.answer(0, 0, 0, windowEnd);
        pass(1_000);
        Reply again = ask(small);
        redis.answer(1, 1, 2, windowEnd);
        assertThat(again.now()).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void asksRedisNoMoreAfterThreeMisses() throws Exception {
        loseRedis();
        int draws = redis.draws().size();
        List<Reply> asked = ask(small, 100);
        assertThat(unanswered(asked)).isZero();
        assertThat(redis.draws()).hasSize(draws);
    }

    @Test
    void asksRedisNoMoreAfterThreeMissesThoughTheClockWasSetBack() throws Exception {
        ask(limiter, small, TestLimits.user("before"));
        pass(20);
        clock.move(Duration.ofHours(-1));
        loseRedis();
    }

    @Test
    void goesOnAskingAfterOnePauseHoweverManyWaited() throws Exception {
        for (int i = 0; i < 100; i++) {
            ask(limiter, small, TestLimits.user("user " + i));
        }
        pass(20);
        assertThat(limiter.isShared()).isTrue();
    }

    @Test
    void probesAfterASecondWhileNobodyWaits() throws Exception {
        loseRedis();
        pass(1_000);
        int draws = redis.draws().size();
        List<Reply> asked = ask(small, 10);
        assertThat(unanswered(asked)).isZero();
        assertThat(redis.draws()).hasSize(draws + 1);
    }

    @Test
    void comesBackWithTheFirstProbeThatIsAnswered() throws Exception {
        loseRedis();
        pass(1_000);
        ask(small);
        redis.answer(redis.draws().size() - 1, 1, 19, windowEnd);
        assertThat(limiter.isShared()).isTrue();
    }

    @Test
    void doesNotComeBackWithAProbeThatNoRequestCouldHaveWaitedFor() throws Exception {
        loseRedis();
        pass(1_000);
        ask(small);
        pass(21);
        redis.answer(redis.draws().size() - 1, 1, 19, windowEnd);
        assertThat(limiter.isShared()).isFalse();
    }

    @Test
    void probesAgainThoughTheTimerWasLaterThanALateProbe() throws Exception {
        loseRedis();
        pass(1_000);
        ask(small);
        int draws = redis.draws().size();
        clock.move(Duration.ofMillis(21));
        redis.answer(draws - 1, 1, 19, windowEnd);
        assertThat(limiter.isShared()).isFalse();
        pass(1_000);
        ask(small);
        assertThat(redis.draws()).hasSize(draws + 1);
    }

    @Test
    void noLateDrawThatNobodyWaitedForMakesUpForAMiss() throws Exception {
        ask(great);
        for (int i = 0; i < 2; i++) {
            ask(limiter, small, TestLimits.user("bystander " + i));
            pass(20);
        }
        redis.answer(0, 41, 9_959, windowEnd);
        ask(limiter, small, TestLimits.user("bystander 2"));
        pass(20);
        assertThat(limiter.isShared()).isFalse();
    }

    @Test
    void lateDrawsThatNobodyWaitsForCloseNothing() throws Exception {
        for (int i = 0; i < 5; i++) {
            ask(limiter, great, TestLimits.user("somebody " + i));
            pass(60);
            redis.answer(i, 41, 9_959, windowEnd);
        }
        assertThat(limiter.isShared()).isTrue();
    }

    @Test
    void waitsForTheNextSecondWhenAProbeFails() throws Exception {
        loseRedis();
        pass(1_000);
        ask(small);
        redis.fail(redis.draws().size() - 1);
        int draws = redis.draws().size();
        pass(999);
        ask(small);
        assertThat(redis.draws()).hasSize(draws);
        pass(1);
        ask(small);
        assertThat(redis.draws()).hasSize(draws + 1);
    }

    @Test
    void grantsItsPartOfTheLimitWhileRedisIsAway() throws Exception {
        WindowRateLimiter oneOfFour = limiter(4);
        for (int i = 0; i < 3; i++) {
            ask(oneOfFour, small, TestLimits.user("bystander " + i));
            pass(20);
        }
        assertThat(TestLimits.admitted(oneOfFour, small, alice(), 100)).isEqualTo(5);
    }

    @Test
    void grantsItsPartOfWhatRedisSaidLast() throws Exception {
        WindowRateLimiter oneOfFour = limiter(4);
        Reply heard = ask(oneOfFour, small, alice());
        redis.answer(0, 1, 12, windowEnd);
        for (int i = 0; i < 3; i++) {
            ask(oneOfFour, small, TestLimits.user("bystander " + i));
            pass(20);
        }
        assertThat(heard.now()).isInstanceOf(Admission.Admitted.class);
        assertThat(TestLimits.admitted(oneOfFour, small, alice(), 100)).isEqualTo(3);
    }

    @Test
    void answersThoughTheTimerHasStopped() {
        timer.stop();
        assertThat(ask(small).now()).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void goesOnFromWhatRedisSaidLast() throws Exception {
        ask(small);
        redis.answer(0, 1, 6, windowEnd);
        loseRedis();
        assertThat(admitted(ask(small, 100))).isEqualTo(6);
    }

    @Test
    void chargesWhatItGrantedAloneWhenRedisIsBack() throws Exception {
        ask(small);
        redis.answer(0, 1, 10, windowEnd);
        loseRedis();
        ask(small, 5);
        pass(1_000);
        ask(small);
        assertThat(redis.draws().getLast()).isEqualTo(6);
    }

    @Test
    void givesBackToRedisWhatARefusedRequestWasCharged() {
        List<LimitSpec> limits = List.of(perUser("first", 20, HOUR), perUser("second", 20, HOUR));
        Reply asked = ask(limits);
        redis.answer(0, 1, 19, windowEnd);
        redis.answer(1, 0, 0, windowEnd);
        assertThat(redis.givenBack()).isEqualTo(1);
        assertThat(asked.now().standings()).extracting(Admission.Standing::remaining).containsExactly(20L, 0L);
    }

    @Test
    void makesNobodyWaitAtTheBeginningOfAGreatLimit() {
        assertThat(ask(great).now()).isNotNull();
        assertThat(redis.draws()).as("what was granted, and a share of 0.4 % ahead").containsExactly(41L);
    }

    @Test
    void neverAsksForGreatLimitsOfShortWindowsFarFromTheLimit() {
        ask(List.of(perUser("burst", 1_000_000, Duration.ofSeconds(1))), 2_000);
        assertThat(redis.draws()).isEmpty();
    }

    @Test
    void grantsNoMoreThanAShareOnCredit() {
        List<Reply> asked = ask(great, 100);
        assertThat(admitted(asked)).isEqualTo(40);
        redis.answer(0, 41, 9_959, windowEnd);
        assertThat(redis.draws().getLast()).as("60 who wait, 39 granted and not yet drawn, 40 ahead, 40 that came").isBetween(60L,
                140L);
    }

    @Test
    void sixteenInstancesTogetherGrantNoMoreOnCreditThanTwo() {
        WindowRateLimiter oneOfSixteen = limiter(16);
        List<Reply> asked = Stream.generate(() -> ask(oneOfSixteen, great, alice())).limit(100).toList();
        assertThat(admitted(asked)).isEqualTo(5);
    }

    @Test
    void countsDownByOneForEveryRequest() {
        Reply first = ask(great);
        redis.answer(0, 41, 9_959, windowEnd);
        List<Long> rests = Stream.of(first, ask(great), ask(great)).map(reply -> reply.now().standings().getFirst().remaining())
                .toList();
        assertThat(rests).containsExactly(9_999L, 9_998L, 9_997L);
    }

    @Test
    void leavesNoTimerBehind() {
        ask(small);
        redis.answer(0, 1, 19, windowEnd);
        assertThat(timer.pending()).isZero();
    }

    /// What came of asking, so far.
    private record Reply(CompletableFuture<Admission> admission) {

        Admission now() {
            return admission.getNow(null);
        }
    }
}
