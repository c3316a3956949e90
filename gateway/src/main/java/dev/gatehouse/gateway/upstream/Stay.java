package dev.gatehouse.gateway.upstream;

import java.util.concurrent.atomic.AtomicReference;

/// Where one request is counted as under way: at one instance at a time, and at none when it has ended, whoever says so first. Thread-safe.
public final class Stay {

    private static final Instance NOWHERE = new Instance("", "", 0);
    private static final Instance ENDED = new Instance("", "", 0);

    private final AtomicReference<Instance> at = new AtomicReference<>(NOWHERE);

    /// Counts nowhere yet.
    public Stay() {}

    /// Counts there from now on, and no longer where it did; an ended stay stays ended.
    public void moveTo(Instance next) {
        next.enter();
        Instance before = at.get();
        while (before != ENDED && !at.compareAndSet(before, next)) {
            before = at.get();
        }
        leave(before == ENDED ? next : before);
    }

    /// Whether it has ended.
    public boolean isOver() {
        return at.get() == ENDED;
    }

    /// Counts nowhere from now on.
    public void end() {
        leave(at.getAndSet(ENDED));
    }

    private static void leave(Instance left) {
        if (left != NOWHERE && left != ENDED) {
            left.leave();
        }
    }
}
