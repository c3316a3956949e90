package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;

import dev.gatehouse.gateway.bucket.Buckets.Drawn;
import dev.gatehouse.gateway.ratelimit.Admission.Standing;

/// The arithmetic of one key's running window: what was drawn from Redis, what Redis has beyond that, what was granted without drawing. Times are
/// in milliseconds since the epoch. Not thread-safe; its [Tally] guards it.
final class Window {

    // Others may give back what they did not need, so "nothing left" is believed this long and not to the window's end.
    private static final long EMPTY_MILLIS = 1_000;

    private final Rule rule;
    private long end;
    // Drawn and not spent.
    private long held;
    // In Redis beyond that; as long as Redis has not been heard, this instance's part of the limit.
    private long beyond;
    // Granted and not drawn: on credit, or while Redis was away.
    private long debt;
    // Whether `beyond` is what Redis said.
    private boolean heard;
    private long emptyUntil;

    Window(Rule rule) {
        this.rule = rule;
    }

    /// Begins a new window if the old one is over, or lies in the future because the clock was set back.
    void roll(long now, int instances) {
        if (now >= end || end - now > rule.everyMillis()) {
            end = now + rule.everyMillis();
            held = 0;
            beyond = partOf(rule.spec().requests(), instances);
            debt = 0;
            heard = false;
        }
    }

    long end() {
        return end;
    }

    /// Spends a token that was drawn.
    boolean spendHeld() {
        if (held == 0) {
            return false;
        }
        held--;
        return true;
    }

    /// Grants a request of a great limit before Redis has been heard.
    boolean spendOnCredit(int instances) {
        return !heard && debt < rule.credit(instances) && spendUndrawn();
    }

    /// Grants a request while Redis is away, from this instance's part of what is left.
    boolean spendAlone(int instances) {
        if (spendHeld()) {
            return true;
        }
        if (heard) {
            beyond = beyond == 0 ? 0 : partOf(beyond, instances);
            heard = false;
        }
        return spendUndrawn();
    }

    private boolean spendUndrawn() {
        if (beyond == 0) {
            return false;
        }
        beyond--;
        debt++;
        return true;
    }

    private static long partOf(long all, int instances) {
        return Math.max(1, all / Math.max(1, instances));
    }

    /// Whether Redis has just said that it has nothing left.
    boolean isEmpty(long now) {
        return heard && beyond == 0 && now < emptyUntil;
    }

    /// Whether more of a great limit should be drawn before it is needed.
    boolean isLow(long now, int instances) {
        return rule.share() > 0 && held <= rule.share() / 2 && !isEmpty(now)
                && (heard || rule.reportsAtOnce() || debt > rule.credit(instances) / 2);
    }

    /// How many tokens to draw when so many requests wait: for them, for what was granted already, and ahead.
    long need(int waiting) {
        return Math.max(1, waiting + debt + rule.share());
    }

    /// Takes what a draw brought, unless its window has ended meanwhile.
    void receive(Drawn drawn, long now) {
        if (drawn.windowEnd() <= now) {
            return;
        }
        // Not longer than a window, though the clock of the instance that began it may be ahead of ours.
        end = Math.min(drawn.windowEnd(), now + rule.everyMillis());
        long paid = Math.min(debt, drawn.tokens());
        debt -= paid;
        held += drawn.tokens() - paid;
        beyond = Math.max(0, drawn.remaining() - debt);
        heard = true;
        emptyUntil = now + EMPTY_MILLIS;
    }

    /// Takes back one request.
    void putBack() {
        if (debt > 0) {
            debt--;
            beyond++;
        } else {
            held++;
        }
    }

    /// Hands out what is held of an exact limit, for other instances may need it.
    long takeUnused() {
        long unused = rule.share() > 0 ? 0 : held;
        held -= unused;
        beyond += unused;
        return unused;
    }

    Standing standing(long now) {
        return new Standing(rule.spec(), held + beyond, Duration.ofMillis(end - now));
    }

    Standing exceeded(long now) {
        return new Standing(rule.spec(), 0, Duration.ofMillis(end - now));
    }
}
