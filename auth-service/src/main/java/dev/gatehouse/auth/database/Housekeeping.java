package dev.gatehouse.auth.database;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/// Runs every [Cleanup] once a minute, on every instance. What one run does not finish, the next does.
@Component
final class Housekeeping implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final int BATCH = 1000;
    private static final int MOST_BATCHES = 20;

    private final List<Cleanup> cleanups;
    private final ScheduledExecutorService timer = Executors
            .newSingleThreadScheduledExecutor(Thread.ofVirtual().name("housekeeping").factory());
    private final ScheduledFuture<?> running;

    Housekeeping(List<Cleanup> cleanups) {
        this.cleanups = List.copyOf(cleanups);
        this.running = timer.scheduleWithFixedDelay(this::run, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Runs all cleanups now.
    void run() {
        try {
            cleanups.forEach(Housekeeping::finish);
        } catch (DataAccessException away) {
            LOG.debug("housekeeping put off", away);
        }
    }

    @Override
    public void close() {
        running.cancel(true);
        timer.shutdownNow();
    }

    private static void finish(Cleanup cleanup) {
        int batches = 0;
        while (cleanup.deleteSome(BATCH) == BATCH && batches < MOST_BATCHES) {
            batches++;
        }
    }
}
