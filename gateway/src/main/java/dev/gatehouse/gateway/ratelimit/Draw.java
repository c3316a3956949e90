package dev.gatehouse.gateway.ratelimit;

import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.bucket.Buckets.Drawn;

/// One exchange of a tally with Redis, and its deadline.
final class Draw implements TimerTask, BiConsumer<@Nullable Drawn, @Nullable Throwable> {

    // The timer fires up to one tick of 5 ms late.
    private static final long TICK_MILLIS = 5;

    private final Tally tally;
    private final Desk desk;
    private final RedisGate gate;
    private final long tokens;
    private final boolean probe;
    // Milliseconds since the epoch, as is `due`.
    private final long begun;
    private volatile long due; // written under the tally's lock only
    private volatile @Nullable Timeout timeout;

    Draw(Tally tally, Desk desk, RedisGate gate, long tokens, boolean probe, long begun, long due) {
        this.tally = tally;
        this.desk = desk;
        this.gate = gate;
        this.tokens = tokens;
        this.probe = probe;
        this.begun = begun;
        this.due = due;
    }

    /// Fails like an exchange that failed when timer or connection are shut down already.
    void send(TallyKey key, long now) {
        try {
            timeout = startTimer(now);
            desk.buckets().draw(key.rule().bucket(), key.redisKey(), tokens).whenComplete(this);
        } catch (RuntimeException e) {
            accept(null, e);
        }
    }

    /// Somebody joined who cannot wait as long. Called under the tally's lock.
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
        tally.settle(this, null, Math.max(due, desk.clock().millis() + TICK_MILLIS));
    }

    @Override
    public void accept(@Nullable Drawn drawn, @Nullable Throwable failure) {
        Timeout pending = timeout;
        if (pending != null) {
            pending.cancel();
        }
        tally.settle(this, drawn, Long.MAX_VALUE);
    }

    /// The gate that it went through.
    RedisGate gate() {
        return gate;
    }

    /// Tells the gate how it ended. One that nobody waited for is no sign of anything when it was answered late.
    void report(boolean answered, long now) {
        if (answered && now - begun <= desk.deadlineMillis()) {
            gate.answered();
        } else if (!answered || probe) {
            gate.missed();
        }
    }
}
