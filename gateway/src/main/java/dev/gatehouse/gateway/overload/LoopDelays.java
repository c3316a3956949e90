package dev.gatehouse.gateway.overload;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.internal.ThreadExecutorMap;
import org.jspecify.annotations.Nullable;

/// Watches the event loops that serve requests, each from its first request on: what a loop does late it does late for every request on it, and how
/// long the gateway itself takes of the requests on it.
/// Thread-safe; the one type of this package that knows Netty.
public final class LoopDelays {

    private final Duration bearable;
    private final LongSupplier nanoTime;
    private final IntUnaryOperator random;
    private final FastThreadLocal<Shedding> mine = new FastThreadLocal<>();
    private final List<Shedding> all = new CopyOnWriteArrayList<>();

    /// @param bearable longest delay of a loop that is nobody's trouble
    /// @param random a number from 0 to below the argument
    public LoopDelays(Duration bearable, LongSupplier nanoTime, IntUnaryOperator random) {
        this.bearable = bearable;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /// Whether the request that the calling loop has just read is to be refused.
    public boolean refuse() {
        Shedding known = mine.get();
        return known == null ? begin(ThreadExecutorMap.currentExecutor()) : known.refuses();
    }

    /// The gateway itself took so long of a request that the calling loop sends on now.
    public void took(long ownNanos) {
        Shedding known = mine.get();
        if (known != null) {
            known.took(ownNanos);
        }
    }

    private boolean begin(@Nullable EventExecutor loop) {
        if (loop != null) {
            Shedding watched = new Shedding(bearable, nanoTime.getAsLong(), random);
            mine.set(watched);
            all.add(watched);
            plan(loop, watched);
        }
        return false;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends with its loop
    private void plan(EventExecutor loop, Shedding watched) {
        long due = nanoTime.getAsLong() + Shedding.EVERY.toNanos();
        try {
            loop.schedule(() -> {
                long now = nanoTime.getAsLong();
                watched.late(now - due, now);
                plan(loop, watched);
            }, Shedding.EVERY.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            all.remove(watched); // the loop is being shut down
        }
    }

    /// How late the latest of the loops was the last time, in seconds.
    public double longest() {
        return all.stream().mapToLong(Shedding::delayNanos).max().orElse(0) / 1e9;
    }

    /// What share of its requests the loop that refuses most refuses, 0 to 1.
    public double refusing() {
        return all.stream().mapToInt(Shedding::percent).max().orElse(0) / 100.0;
    }
}
