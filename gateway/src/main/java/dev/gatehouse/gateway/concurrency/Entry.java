package dev.gatehouse.gateway.concurrency;

import java.util.concurrent.atomic.AtomicBoolean;

/// What comes of asking to be under way.
public sealed interface Entry {

    /// The request counts as under way until it is released. Thread-safe.
    final class Entered implements Entry {

        private final AtomicBoolean released = new AtomicBoolean();
        private final Runnable leave;

        Entered(Runnable leave) {
            this.leave = leave;
        }

        /// Both as one.
        public Entered and(Entered other) {
            return new Entered(() -> {
                release();
                other.release();
            });
        }

        /// It no longer counts; once, however often this is said and by whom.
        public void release() {
            if (released.compareAndSet(false, true)) {
                leave.run();
            }
        }
    }

    /// The route has as many as it may have.
    record RouteFull() implements Entry {}

    /// The user has as many as each may have.
    record UserFull() implements Entry {}
}
