package dev.gatehouse.auth.database;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/// Runs every [Cleanup] once a minute, on every instance. What one run does not finish, the next does; one that fails keeps neither the others
/// nor its own next run from their work.
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

    @Autowired
    Housekeeping(List<Cleanup> cleanups) {
        this(cleanups, PERIOD);
    }

    Housekeeping(List<Cleanup> cleanups, Duration period) {
        this.cleanups = List.copyOf(cleanups);
        this.running = timer.scheduleWithFixedDelay(this::run, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Runs all cleanups now. Throws nothing: a timer never calls again what threw once.
    void run() {
        List<String> putOff = new ArrayList<>();
        for (Cleanup cleanup : cleanups) {
            try {
                finish(cleanup);
            } catch (DataAccessException | TransactionException away) {
                LOG.debug("{} put off", name(cleanup), away);
                putOff.add(name(cleanup));
            } catch (RuntimeException | Error bug) {
                LOG.error("{} failed", name(cleanup), bug);
            }
        }
        if (!putOff.isEmpty()) {
            LOG.warn("housekeeping is put off for a minute, the database does not answer: {}", putOff);
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

    private static String name(Cleanup cleanup) {
        return cleanup.getClass().getSimpleName();
    }
}
