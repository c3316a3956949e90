package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.gateway.ratelimit.Admission.Standing;
import dev.gatehouse.gateway.ratelimit.Buckets.Drawn;
import dev.gatehouse.gateway.ratelimit.RedisGate.Passage;

/// What this instance knows of one limit for one key in the running window. Thread-safe; its lock is never held while anything waits or while
/// somebody else's code runs.
///
/// At most one draw is under way; who asks meanwhile waits for it or for the next. A draw that misses its deadline is given up and all who
/// wait are answered from what is known; should its tokens arrive later they are kept and spent.
final class Tally {

    private static final Logger LOG = LoggerFactory.getLogger(Tally.class);
    // Others may give back what they did not need, so "nothing left" is believed this long and not to the window's end.
    private static final long EMPTY_MILLIS = 1_000;
    // The timer fires up to one tick of 5 ms late.
    private static final long TICK_MILLIS = 5;

    // A draw that nobody waits for may take longer before it counts as missed.
    private static final long BACKGROUND_DEADLINES = 10;

    private final TallyKey key;
    private final Rule rule;
    private final Desk desk;
    private final ArrayDeque<Asker> waiting = new ArrayDeque<>(0);

    private long windowEnd;
    // Drawn from Redis and not spent.
    private long held;
    // In Redis beyond that; as long as Redis has not been asked, this instance's part of the limit.
    private long beyond;
    // Granted and not drawn: on credit, or while Redis was away.
    private long debt;
    // Whether Redis has been heard in this window.
    private boolean known;
    private long emptyUntil;
    private @Nullable Draw underWay;

    Tally(TallyKey key, Desk desk) {
        this.key = key;
        this.rule = key.rule();
        this.desk = desk;
    }

    /// Asks for one request. Answers at once or with [Answer#LATER]; then the asker is answered on another thread, by its deadline at the latest.
    Answer ask(Asker asker) {
        Answer answer;
        Draw draw;
        long now = desk.clock().millis();
        synchronized (this) {
            roll(now);
            Passage passage = desk.gate().passage();
            answer = decide(asker, passage, now);
            draw = nextDraw(passage, now);
        }
        if (draw != null) {
            draw.send(now);
        }
        return answer;
    }

    /// Takes back what `answer` granted, because another limit refused the request.
    void giveBack(Answer answer) {
        long unused;
        synchronized (this) {
            if (answer.windowEnd() != windowEnd || desk.clock().millis() >= windowEnd) {
                return;
            }
            if (debt > 0) {
                debt--;
                beyond++;
            } else {
                held++;
            }
            unused = takeUnused();
        }
        returnToRedis(unused);
    }

    /// What is held of an exact limit and nobody here waits for: other instances may need it.
    private long takeUnused() {
        if (rule.share() > 0 || underWay != null || !desk.gate().isOpen()) {
            return 0;
        }
        long unused = held;
        held = 0;
        beyond += unused;
        return unused;
    }

    private void returnToRedis(long unused) {
        if (unused > 0) {
            desk.buckets().giveBack(rule, key.redisKey(), unused).whenComplete(Tally::returned);
        }
    }

    private static void returned(@Nullable Void nothing, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.debug("Tokens could not be given back, their window passes fewer requests", failure);
        }
    }

    private void roll(long now) {
        // The second condition: the clock was set back.
        if (now >= windowEnd || windowEnd - now > rule.everyMillis()) {
            windowEnd = now + rule.everyMillis();
            held = 0;
            beyond = Math.max(1, rule.spec().requests() / Math.max(1, desk.instances().getAsInt()));
            debt = 0;
            known = false;
        }
    }

    private Answer decide(Asker asker, Passage passage, long now) {
        if (held > 0) {
            held--;
            return granted(passage != Passage.OPEN, now);
        }
        if (passage != Passage.OPEN) {
            return decideAlone(now);
        }
        if (!known && debt < rule.credit() && beyond > 0) {
            beyond--;
            debt++;
            return granted(false, now);
        }
        if (exhausted(now)) {
            return refused(false, now);
        }
        waiting.add(asker);
        if (underWay != null) {
            underWay.hasten(asker.deadline(), now);
        }
        return Answer.LATER;
    }

    private Answer decideAlone(long now) {
        if (held > 0) {
            held--;
            return granted(true, now);
        }
        if (beyond > 0) {
            beyond--;
            debt++;
            return granted(true, now);
        }
        return refused(true, now);
    }

    /// Redis has just said that nothing is left in this window.
    private boolean exhausted(long now) {
        return known && beyond == 0 && now < emptyUntil;
    }

    private @Nullable Draw nextDraw(Passage passage, long now) {
        if (underWay == null && isDrawDue(passage, now)) {
            underWay = new Draw(Math.max(1, debt + waiting.size() + rule.share()), earliestDeadline(now));
            return underWay;
        }
        if (passage == Passage.PROBE) {
            desk.gate().probeNotStarted();
        }
        return null;
    }

    private boolean isDrawDue(Passage passage, long now) {
        return switch (passage) {
            case CLOSED -> false;
            case PROBE -> true;
            case OPEN -> !waiting.isEmpty() || aheadOfNeed(now);
        };
    }

    private boolean aheadOfNeed(long now) {
        return rule.share() > 0 && held <= rule.share() / 2 && !exhausted(now)
                && (known || rule.reportsAtOnce() || debt > rule.credit() / 2);
    }

    private long earliestDeadline(long now) {
        long earliest = now + BACKGROUND_DEADLINES * desk.deadlineMillis();
        for (Asker asker : waiting) {
            earliest = Math.min(earliest, asker.deadline());
        }
        return earliest;
    }

    private void settle(Draw draw, @Nullable Drawn drawn) {
        List<Asker> askers = new ArrayList<>();
        List<Answer> answers = new ArrayList<>();
        Draw next = null;
        long unused = 0;
        long now = desk.clock().millis();
        synchronized (this) {
            boolean inTime = underWay == draw;
            if (drawn == null && !inTime) {
                return;
            }
            roll(now);
            if (drawn != null) {
                receive(drawn, now);
            }
            if (inTime) {
                underWay = null;
                report(drawn != null);
            }
            answerWaiting(drawn == null, now, askers, answers);
            if (inTime && drawn != null) {
                next = nextDraw(Passage.OPEN, now);
            }
            unused = takeUnused();
        }
        returnToRedis(unused);
        for (int i = 0; i < askers.size(); i++) {
            askers.get(i).answered(answers.get(i));
        }
        if (next != null) {
            next.send(now);
        }
    }

    private void receive(Drawn drawn, long now) {
        if (drawn.windowEnd() <= now) {
            return;
        }
        // Not longer than a window, though the clock of the instance that began it may be ahead of ours.
        windowEnd = Math.min(drawn.windowEnd(), now + rule.everyMillis());
        long paid = Math.min(debt, drawn.tokens());
        debt -= paid;
        held += drawn.tokens() - paid;
        beyond = Math.max(0, drawn.remaining() - debt);
        known = true;
        emptyUntil = now + EMPTY_MILLIS;
    }

    private void report(boolean answered) {
        if (answered) {
            desk.gate().answered();
        } else {
            desk.gate().missed();
        }
    }

    private void answerWaiting(boolean alone, long now, List<Asker> askers, List<Answer> answers) {
        while (!waiting.isEmpty() && (alone || held > 0 || exhausted(now))) {
            askers.add(waiting.remove());
            if (alone) {
                answers.add(decideAlone(now));
            } else if (held > 0) {
                held--;
                answers.add(granted(false, now));
            } else {
                answers.add(refused(false, now));
            }
        }
    }

    private Answer granted(boolean alone, long now) {
        return new Answer(true, alone, standing(held + beyond, now), windowEnd);
    }

    private Answer refused(boolean alone, long now) {
        return new Answer(false, alone, standing(0, now), windowEnd);
    }

    private Standing standing(long remaining, long now) {
        return new Standing(rule.spec(), remaining, Duration.ofMillis(windowEnd - now));
    }

    /// Who asks.
    interface Asker {
        /// When an answer is due, in milliseconds since the epoch.
        long deadline();

        /// Called once, if the answer came later; on any thread.
        void answered(Answer answer);
    }

    /// What a tally says to one request.
    ///
    /// @param granted whether it fits
    /// @param alone whether Redis was not asked because it is away
    /// @param standing the limit afterwards
    /// @param windowEnd which window it was counted in
    record Answer(boolean granted, boolean alone, Standing standing, long windowEnd) {

        /// Stands for an answer that comes later; no window ends in 1970.
        static final Answer LATER = new Answer(false, false,
                new Standing(new LimitSpec("later", new LimitKey.Route(), 1, Duration.ofSeconds(1)), 0,
                        Duration.ZERO),
                0);

        boolean isLater() {
            return windowEnd == 0;
        }
    }

    /// One exchange with Redis, and its deadline.
    private final class Draw implements TimerTask, BiConsumer<@Nullable Drawn, @Nullable Throwable> {

        private final long tokens;
        // Milliseconds since the epoch; guarded by the tally.
        private long due;
        private volatile @Nullable Timeout timeout;

        Draw(long tokens, long due) {
            this.tokens = tokens;
            this.due = due;
        }

        void send(long now) {
            timeout = startTimer(now);
            desk.buckets().draw(rule, key.redisKey(), tokens).whenComplete(this);
        }

        /// Somebody joined who cannot wait as long.
        void hasten(long deadline, long now) {
            if (deadline < due) {
                due = deadline;
                startTimer(now);
            }
        }

        private Timeout startTimer(long now) {
            return desk.timer().newTimeout(this, Math.max(0, due - now - TICK_MILLIS), TimeUnit.MILLISECONDS);
        }

        @Override
        public void run(Timeout fired) {
            settle(this, null);
        }

        @Override
        public void accept(@Nullable Drawn drawn, @Nullable Throwable failure) {
            Timeout pending = timeout;
            if (pending != null) {
                pending.cancel();
            }
            settle(this, drawn);
        }
    }
}
