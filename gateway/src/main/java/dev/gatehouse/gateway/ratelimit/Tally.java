package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.gateway.bucket.Buckets.Drawn;
import dev.gatehouse.gateway.ratelimit.Admission.Standing;
import dev.gatehouse.gateway.ratelimit.RedisGate.Passage;

/// What this instance knows of one limit for one key. Thread-safe; its lock is never held while anything waits, nor while Redis is asked or an asker
/// is answered.
///
/// At most one draw is under way; who asks meanwhile waits for it or for the next. A draw that misses its deadline is given up: who cannot wait
/// longer is answered from what is known, who came later waits for the next draw, until Redis is believed to be away. Should the tokens of the first
/// arrive later they are kept or given back.
final class Tally {

    private static final Logger LOG = LoggerFactory.getLogger(Tally.class);
    // A draw that nobody waits for may take longer before it counts as missed; answered after a deadline it says neither that Redis is there nor that it is
    // away, for it costs nobody anything and whoever waits would not have got it.
    private static final long BACKGROUND_DEADLINES = 10;

    private final TallyKey key;
    private final Desk desk;
    private final Window window;
    private final int slot;
    private final ArrayDeque<Asker> waiting = new ArrayDeque<>(0);
    private @Nullable Draw underWay;

    Tally(TallyKey key, Desk desk) {
        this.key = key;
        this.desk = desk;
        window = new Window(key.rule());
        slot = desk.gates().slot(key);
    }

    /// Asks for one request. Answers at once or with [Answer#LATER]; then the asker is answered on another thread, by its deadline at the latest.
    Answer ask(Asker asker) {
        Answer answer;
        Draw draw;
        long now = desk.clock().millis();
        RedisGate gate = desk.gates().of(slot);
        synchronized (this) {
            window.roll(now, desk.instances().getAsInt());
            Passage passage = gate.passage();
            answer = decide(asker, passage, now);
            draw = nextDraw(gate, passage, now);
        }
        if (draw != null) {
            draw.send(key, now);
        }
        return answer;
    }

    private Answer decide(Asker asker, Passage passage, long now) {
        if (passage != Passage.OPEN) {
            return decideAlone(now);
        }
        if (window.spendHeld() || window.spendOnCredit(desk.instances().getAsInt())) {
            return granted(false, now);
        }
        if (window.isEmpty(now)) {
            return refused(false, now);
        }
        waiting.add(asker);
        if (underWay != null) {
            underWay.hasten(asker.deadline(), now);
        }
        return Answer.LATER;
    }

    private Answer decideAlone(long now) {
        return window.spendAlone(desk.instances().getAsInt()) ? granted(true, now) : refused(true, now);
    }

    private @Nullable Draw nextDraw(RedisGate gate, Passage passage, long now) {
        if (underWay == null && isDrawDue(passage, now)) {
            boolean probe = passage == Passage.PROBE;
            underWay = new Draw(this, desk, gate, window.need(waiting.size()), probe, now,
                    probe ? now + desk.deadlineMillis() : earliestDeadline(now));
            return underWay;
        }
        if (passage == Passage.PROBE) {
            gate.probeNotStarted();
        }
        return null;
    }

    private boolean isDrawDue(Passage passage, long now) {
        return switch (passage) {
            case CLOSED -> false;
            case PROBE -> true;
            case OPEN -> !waiting.isEmpty() || window.isLow(now, desk.instances().getAsInt());
        };
    }

    private long earliestDeadline(long now) {
        long earliest = now + BACKGROUND_DEADLINES * desk.deadlineMillis();
        for (Asker asker : waiting) {
            earliest = Math.min(earliest, asker.deadline());
        }
        return earliest;
    }

    /// A draw was answered, or failed or missed its deadline: then nothing is drawn, and who is due by `impatient` is not kept waiting.
    void settle(Draw draw, @Nullable Drawn drawn, long impatient) {
        List<Settled> settled = new ArrayList<>();
        Draw next;
        long unused;
        long now = desk.clock().millis();
        RedisGate gate = desk.gates().of(slot);
        synchronized (this) {
            boolean inTime = underWay == draw;
            if (drawn == null && !inTime) {
                return;
            }
            window.roll(now, desk.instances().getAsInt());
            if (inTime) {
                underWay = null;
                draw.report(drawn != null, now);
            }
            if (drawn == null) {
                settleAlone(draw.gate().isOpen() ? impatient : Long.MAX_VALUE, now, settled);
            } else {
                window.receive(drawn, now);
                settleWaiting(now, settled);
            }
            next = inTime && (drawn != null || !waiting.isEmpty()) ? drawAgain(gate, now, settled) : null;
            unused = takeUnused(gate);
        }
        returnToRedis(unused);
        settled.forEach(Settled::tell);
        if (next != null) {
            next.send(key, now);
        }
    }

    private void settleAlone(long impatient, long now, List<Settled> settled) {
        for (Iterator<Asker> askers = waiting.iterator(); askers.hasNext();) {
            Asker asker = askers.next();
            if (asker.deadline() <= impatient) {
                askers.remove();
                settled.add(new Settled(asker, decideAlone(now)));
            }
        }
    }

    /// Through the gate of now: the slot may have moved since the last draw was sent.
    private @Nullable Draw drawAgain(RedisGate gate, long now, List<Settled> settled) {
        Passage passage = gate.passage();
        if (passage != Passage.OPEN) {
            settleAlone(Long.MAX_VALUE, now, settled);
        }
        return nextDraw(gate, passage, now);
    }

    private void settleWaiting(long now, List<Settled> settled) {
        while (!waiting.isEmpty()) {
            Answer answer;
            if (window.spendHeld()) {
                answer = granted(false, now);
            } else if (window.isEmpty(now)) {
                answer = refused(false, now);
            } else {
                return;
            }
            settled.add(new Settled(waiting.remove(), answer));
        }
    }

    /// Takes back what `answer` granted, because another limit refused the request.
    void giveBack(Answer answer) {
        long unused;
        RedisGate gate = desk.gates().of(slot);
        synchronized (this) {
            if (answer.windowEnd() != window.end() || desk.clock().millis() >= window.end()) {
                return;
            }
            window.putBack();
            unused = takeUnused(gate);
        }
        returnToRedis(unused);
    }

    private long takeUnused(RedisGate gate) {
        return underWay == null && gate.isOpen() ? window.takeUnused() : 0;
    }

    private void returnToRedis(long unused) {
        if (unused > 0) {
            desk.buckets().giveBack(key.rule().bucket(), key.redisKey(), unused).whenComplete(Tally::returned);
        }
    }

    private static void returned(@Nullable Void nothing, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.debug("Tokens could not be given back, their window passes fewer requests", failure);
        }
    }

    private Answer granted(boolean alone, long now) {
        return new Answer(true, alone, window.standing(now), window.end());
    }

    private Answer refused(boolean alone, long now) {
        return new Answer(false, alone, window.exceeded(now), window.end());
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
                new Standing(new LimitSpec("later", new LimitKey.Route(), 1, Duration.ofSeconds(1)), 0, Duration.ZERO), 0);

        boolean isLater() {
            return windowEnd == 0;
        }
    }

    private record Settled(Asker asker, Answer answer) {

        void tell() {
            asker.answered(answer);
        }
    }
}
