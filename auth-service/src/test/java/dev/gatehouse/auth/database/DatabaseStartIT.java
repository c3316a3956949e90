package dev.gatehouse.auth.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.CannotCreateTransactionException;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.settings.Settings;
import dev.gatehouse.auth.settings.SettingsReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// A start during which the database goes away again, in whose second attempt there is a bug, where others hold a lock, or where another instance migrates.
final class DatabaseStartIT {

    @Test
    void goesOnUntilAllStepsAreDone() throws InterruptedException {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        try (HikariDataSource pool = new HikariDataSource()) {
            DatabaseStart start = start(AuthServer.environment(), pool, () -> {
                switch (attempts.getAndIncrement()) {
                    case 0 -> throw new CannotCreateTransactionException("away");
                    case 1 -> throw new IllegalStateException("a bug of this test");
                    default -> done.countDown();
                }
            });

            start.start();

            try {
                assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                start.stop(); // ahead of the pool
            }
        }
    }

    /// A lock of whoever reads, such as a backup: readers that come later would wait behind the migration for as long as it does.
    @Test
    void waitsForNoLockForLongAndTriesAgain() throws Exception {
        Map<String, String> environment = AuthServer.environment();
        CountDownLatch done = new CountDownLatch(1);
        Logger log = (Logger) LoggerFactory.getLogger(DatabaseStart.class);
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        log.addAppender(told);
        try (HikariDataSource pool = new HikariDataSource(); Connection reader = connect(environment)) {
            start(environment, pool, () -> {}).start();
            try (Statement statement = reader.createStatement()) {
                statement.execute("CREATE INDEX audit_log_type ON audit_log (type)"); // as before V56
                statement.execute("DELETE FROM flyway_schema_history WHERE version = '56'");
                reader.setAutoCommit(false);
                statement.execute("SELECT FROM audit_log");
            }
            DatabaseStart start = start(environment, pool, done::countDown);
            Thread starting = Thread.ofVirtual().start(start::start);
            try {
                await().atMost(Duration.ofSeconds(60)).until(() -> List.copyOf(told.list).stream()
                        .anyMatch(event -> event.getFormattedMessage().contains("others have held a lock")));
            } finally {
                reader.rollback();
                starting.join();
            }
            try {
                assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                start.stop(); // ahead of the pool
            }
        } finally {
            log.detachAppender(told);
        }
    }

    /// Another instance of this version, whose migration takes its time.
    @Tag("slow")
    @Test
    void leavesALongMigrationToWhoeverIsAtIt() throws Exception {
        Map<String, String> environment = AuthServer.environment();
        CountDownLatch migrating = new CountDownLatch(1);
        CountDownLatch enough = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        try (HikariDataSource pool = new HikariDataSource(); Connection connection = connect(environment)) {
            start(environment, pool, () -> {}).start();
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE INDEX audit_log_type ON audit_log (type)"); // as before V56
                statement.execute("DELETE FROM flyway_schema_history WHERE version = '56'");
            }
            Thread other = Thread.ofVirtual().start(() -> Flyway.configure().outOfOrder(true)
                    .dataSource(new DriverManagerDataSource(settings(environment).database().jdbcUrl(),
                            DatabaseConfiguration.driverProperties(settings(environment).database(), 0)))
                    .locations("classpath:db/migration").callbacks(new Pause(migrating, enough)).load().migrate());
            DatabaseStart start = start(environment, pool, done::countDown);
            try {
                assertThat(migrating.await(60, TimeUnit.SECONDS)).isTrue();

                start.start();

                assertThat(done.getCount()).as("started without the schema").isEqualTo(1);
            } finally {
                enough.countDown();
                other.join();
            }
            try {
                assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                start.stop(); // ahead of the pool
            }
        }
    }

    private static Connection connect(Map<String, String> environment) throws SQLException {
        return DriverManager.getConnection(settings(environment).database().jdbcUrl(),
                DatabaseConfiguration.driverProperties(settings(environment).database(), 0));
    }

    private static DatabaseStart start(Map<String, String> environment, HikariDataSource pool, AfterMigration step) {
        return new DatabaseStart(settings(environment), new MigratedDataSource(pool), List.of(step),
                new GenericApplicationContext());
    }

    private static Settings settings(Map<String, String> environment) {
        return switch (SettingsReader.read(environment)) {
            case Settings.Reading.Valid(Settings settings) -> settings;
            case Settings.Reading.Wrong wrong -> throw new IllegalArgumentException(wrong.problems().toString());
        };
    }

    /// Holds up a migration.
    private record Pause(CountDownLatch begun, CountDownLatch enough) implements Callback {

        @Override
        public boolean supports(Event event, Context context) {
            return event == Event.BEFORE_EACH_MIGRATE;
        }

        @Override
        public boolean canHandleInTransaction(Event event, Context context) {
            return true;
        }

        @Override
        public void handle(Event event, Context context) {
            begun.countDown();
            try {
                assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public String getCallbackName() {
            return "pause";
        }
    }
}
