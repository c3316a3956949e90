package dev.gatehouse.auth.database;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

import dev.gatehouse.auth.settings.Settings;

/// Brings the schema up to date before the port opens. Where the database is away it says so and goes on trying every second
/// in the background; where it refuses us for good ([StartRefused]) the service ends.
@Component
final class DatabaseStart implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseStart.class);
    private static final List<String> REFUSED_FOR_GOOD = List.of("28P01", "28000", "3D000");
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final long RETRY_MILLIS = 1000;
    private static final long LOCKED_OUT_MILLIS = 30_000; // at most, between two tries for a lock
    // All who come later wait behind a migration that waits for a lock: for less than the two seconds after which requests are given up, and for more than the
    // one (deadlock_timeout) after which a VACUUM steps aside for it.
    private static final long LOCK_MILLIS = 1500;
    // Once a second while another instance migrates, ahead of the port; then in the background.
    private static final int ASKED_FOR_TURN = 5;
    private static final String NOT_OUR_TURN = "Number of retries exceeded"; // of Flyway, which has no code for it

    private final Settings settings;
    private final MigratedDataSource dataSource;
    private final List<AfterMigration> steps;
    private final ApplicationContext context;
    private volatile boolean running;
    private long pause = RETRY_MILLIS; // of the thread that tries

    DatabaseStart(Settings settings, MigratedDataSource dataSource, List<AfterMigration> steps,
            ApplicationContext context) {
        this.settings = settings;
        this.dataSource = dataSource;
        this.steps = List.copyOf(steps);
        this.context = context;
    }

    @Override
    public void start() {
        running = true;
        if (!tryOnce()) {
            LOG.warn("DATABASE_URL: {} is not ready; answering 503 until it is", settings.database());
            Thread.ofVirtual().name("database-start").start(this::keepTrying);
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return 0; // before the web server, which starts in one of the last phases
    }

    private void keepTrying() {
        try {
            while (running) {
                Thread.sleep(pause);
                if (running && tryAgain()) {
                    LOG.info("database reached");
                    return;
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (StartRefused refused) {
            LOG.error("{}", refused.getMessage());
            Runtime.getRuntime().exit(SpringApplication.exit(context, () -> 1));
        }
    }

    /// A bug ends a start that somebody waits for. In the background it would end the only thread that tries, and leave a service that answers 503 for
    /// ever.
    private boolean tryAgain() {
        try {
            return tryOnce();
        } catch (StartRefused refused) {
            throw refused;
        } catch (RuntimeException | Error bug) {
            LOG.error("database start failed, trying again", bug);
            return false;
        }
    }

    /// {@return whether schema and steps are done; false where the database is away}
    private boolean tryOnce() {
        long before = pause;
        pause = RETRY_MILLIS;
        try {
            probe();
            migrate(before);
            dataSource.migrated();
            steps.forEach(AfterMigration::afterMigration);
            return true;
        } catch (SQLException | DataAccessException | TransactionException away) {
            LOG.debug("database start failed", away);
            return false;
        }
    }

    /// One plain connection first: it tells "away" from "refused" before the migration tool wraps the reason.
    private void probe() throws SQLException {
        try (var _ = DriverManager.getConnection(settings.database().jdbcUrl(), driverProperties())) {
            LOG.debug("database answers");
        } catch (SQLException refused) {
            if (REFUSED_FOR_GOOD.contains(String.valueOf(refused.getSQLState()))) {
                throw new StartRefused("DATABASE_URL: the server at " + settings.database()
                        + " refuses the user, the password or the database name");
            }
            throw refused;
        }
    }

    /// @param before the pause before this try; after a lock that others hold the next is twice as long, as each try keeps others waiting, too
    private void migrate(long before) throws SQLException {
        var source = new DriverManagerDataSource(settings.database().jdbcUrl(), driverProperties());
        try {
            // Numbers go by subject, so a later release may bring a lower one; migrations of different subjects do not depend on each other.
            Flyway.configure().dataSource(source).locations("classpath:db/migration").outOfOrder(true)
                    .lockRetryCount(ASKED_FOR_TURN)
                    .initSql("SET lock_timeout = " + LOCK_MILLIS).load().migrate();
        } catch (FlywayException failed) {
            String state = state(failed);
            if (state.equals(LOCK_NOT_AVAILABLE)) {
                pause = Math.min(2 * before, LOCKED_OUT_MILLIS);
                LOG.warn(
                        "DATABASE_URL: the schema at {} is not up to date yet: others have held a lock that a migration needs for {} ms;"
                                + " trying again in {} ms",
                        settings.database(), LOCK_MILLIS, pause);
            }
            if (isAway(state) || String.valueOf(failed.getMessage()).startsWith(NOT_OUR_TURN)) {
                throw new SQLException("lost during the migration", failed);
            }
            String reason = String.valueOf(failed.getMessage()).lines().findFirst().orElse("");
            throw new StartRefused(
                    "DATABASE_URL: the schema at " + settings.database() + " cannot be brought up to date: " + reason);
        }
    }

    /// SQLSTATE classes 08, 40 and 57, and the lock: the connection broke, others were in the way, or the server is stopping.
    private static boolean isAway(String state) {
        return state.matches("(08|40|57).*") || state.equals(LOCK_NOT_AVAILABLE);
    }

    private static String state(FlywayException failed) {
        Throwable cause = failed;
        while (cause != null) {
            if (cause instanceof SQLException sql) {
                return String.valueOf(sql.getSQLState());
            }
            cause = cause.getCause();
        }
        return "";
    }

    private Properties driverProperties() {
        return DatabaseConfiguration.driverProperties(settings.database(), 0); // a migration may take its time
    }
}
