package dev.gatehouse.devservices.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A moment after which a wait gives up. Safe to share between threads.
public final class Deadline {

    private static final Duration STEP = Duration.ofMillis(10);

    private final long end;

    private Deadline(Duration patience) {
        this.end = System.nanoTime() + patience.toNanos();
    }

    /// The deadline that passes `patience` from now.
    public static Deadline in(Duration patience) {
        return new Deadline(patience);
    }

    /// What is left, never negative.
    public Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /// Blocks until the condition holds or the deadline has passed; answers whether the condition holds. An interrupted thread
    /// stops waiting at once and stays interrupted.
    public boolean await(BooleanSupplier condition) {
        return await(condition, STEP);
    }

    /// The same for a condition that is not asked more often than every `step`.
    public boolean await(BooleanSupplier condition, Duration step) {
        while (!condition.getAsBoolean()) {
            if (left().isZero() || Thread.currentThread().isInterrupted()) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(step.toNanos());
        }
        return true;
    }
}
