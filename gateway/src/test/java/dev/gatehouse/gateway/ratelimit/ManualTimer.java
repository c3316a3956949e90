package dev.gatehouse.gateway.ratelimit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;

/// A timer whose time passes when a test says so.
public final class ManualTimer implements Timer {

    private final List<Entry> entries = new ArrayList<>();
    private long now;
    private boolean stopped;

    @Override
    public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
        if (stopped) {
            throw new IllegalStateException("cannot be started once stopped");
        }
        Entry entry = new Entry(task, now + unit.toMillis(delay));
        entries.add(entry);
        return entry;
    }

    /// Lets time pass and runs what falls due.
    public void pass(long millis) throws Exception {
        now += millis;
        for (Entry entry : List.copyOf(entries)) {
            if (entry.due <= now && entries.remove(entry)) {
                entry.task.run(entry);
            }
        }
    }

    /// How many tasks wait.
    public int pending() {
        return entries.size();
    }

    @Override
    public Set<Timeout> stop() {
        stopped = true;
        return Set.of();
    }

    private final class Entry implements Timeout {

        private final TimerTask task;
        private final long due;

        Entry(TimerTask task, long due) {
            this.task = task;
            this.due = due;
        }

        @Override
        public Timer timer() {
            return ManualTimer.this;
        }

        @Override
        public TimerTask task() {
            return task;
        }

        @Override
        public boolean isExpired() {
            return due <= now;
        }

        @Override
        public boolean isCancelled() {
            return !entries.contains(this);
        }

        @Override
        public boolean cancel() {
            return entries.remove(this);
        }
    }
}
