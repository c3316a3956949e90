package dev.gatehouse.auth.background;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// A thread that takes one step again and again: after [#wake()], every second besides, and after a growing pause where the
/// step failed. Says in the log when it falls behind and when it has caught up. Thread-safe.
public final class Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

    private final String name;
    private final Supplier<Outcome> step;
    private final Duration firstPause;
    private final Duration longestPause;
    private final Duration gathering;
    private final Semaphore wakeUps = new Semaphore(0);
    private final Semaphore stop = new Semaphore(0);
    private volatile boolean running;
    private @Nullable Thread thread; // of start and stop, which one thread calls
    private int failures; // confined to the worker's thread
    private @Nullable Class<?> told; // the same: which bug the log has already

    /// Does nothing before it is started.
    ///
    /// @param name in the log, and of the thread
    /// @param step blocks, but within deadlines of its own
    public Worker(String name, Supplier<Outcome> step) {
        this(name, step, FIRST_PAUSE);
    }

    /// As above, with another first pause.
    ///
    /// @param name in the log, and of the thread
    /// @param step blocks, but within deadlines of its own
    /// @param firstPause after a failure; doubled after each further one
    public Worker(String name, Supplier<Outcome> step, Duration firstPause) {
        this(name, step, firstPause, LONGEST_PAUSE, Duration.ZERO);
    }

    /// As above, with other times.
    ///
    /// @param name in the log, and of the thread
    /// @param step blocks, but within deadlines of its own
    /// @param firstPause after a failure; doubled after each further one
    /// @param longestPause after a failure
    /// @param gathering how long after a wake-up more is waited for, so that one step does it all
    public Worker(String name, Supplier<Outcome> step, Duration firstPause, Duration longestPause, Duration gathering) {
        this.name = name;
        this.step = step;
        this.firstPause = firstPause;
        this.longestPause = longestPause;
        this.gathering = gathering;
    }

    /// Says that there is something to do. Never blocks.
    public void wake() {
        if (wakeUps.availablePermits() == 0) { // else a step is still to come, whatever happens meanwhile
            wakeUps.release();
        }
    }

    /// Starts the thread.
    public void start() {
        running = true;
        thread = Thread.ofPlatform().name(name).daemon().start(this::work);
    }

    /// {@return whether it was started and not stopped}
    public boolean isRunning() {
        return running;
    }

    /// Takes a last step, unless the one before failed, and ends within two seconds, whatever the step is waiting for.
    public void stop() {
        running = false;
        stop.release();
        wake();
        Thread known = thread;
        if (known != null) {
            join(known);
        }
    }

    private void work() {
        while (running && !Thread.currentThread().isInterrupted()) {
            switch (attempt()) {
                case Outcome.More() -> caughtUp();
                case Outcome.Done() -> {
                    caughtUp();
                    await(wakeUps, LOOK);
                    await(stop, gathering);
                    wakeUps.drainPermits();
                }
                case Outcome.Failed(String reason) -> {
                    noteFailure(reason);
                    await(stop, pause());
                }
            }
        }
        if (failures == 0 && !Thread.currentThread().isInterrupted()) {
            attempt();
        }
    }

    private Outcome attempt() {
        try {
            return step.get();
        } catch (DataAccessException | TransactionException away) {
            LOG.debug("{}", name, away);
            return new Outcome.Failed("the database does not answer");
        } catch (RuntimeException | Error bug) { // whatever it was, nobody else does this thread's work
            if (bug.getClass() != told) { // the same one may come each second
                told = bug.getClass();
                LOG.error("{} failed", name, bug);
            }
            return new Outcome.Failed("a bug, see above");
        }
    }

    private void caughtUp() {
        if (failures > 0) {
            failures = 0;
            told = null;
            LOG.info("{} works again", name);
        }
    }

    private void noteFailure(String reason) {
        failures++;
        if (failures == 1) {
            LOG.warn("{} is behind and goes on trying: {}", name, reason);
        }
    }

    private Duration pause() {
        Duration grown = firstPause.multipliedBy(1L << Math.min(failures - 1, 10));
        return grown.compareTo(longestPause) < 0 ? grown : longestPause;
    }

    private static void await(Semaphore signal, Duration most) {
        try {
            boolean _ = signal.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            if (!thread.join(STOP_PATIENCE)) {
                thread.interrupt();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
