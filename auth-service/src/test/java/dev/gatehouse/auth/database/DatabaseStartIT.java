package dev.gatehouse.auth.database;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.transaction.CannotCreateTransactionException;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.settings.Settings;
import dev.gatehouse.auth.settings.SettingsReader;

import static org.assertj.core.api.Assertions.assertThat;

/// A start during which the database goes away again, and in whose second attempt there is a bug.
final class DatabaseStartIT {

    @Test
    void goesOnUntilAllStepsAreDone() throws InterruptedException {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        try (HikariDataSource pool = new HikariDataSource()) {
            DatabaseStart start = start(pool, () -> {
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

    private static DatabaseStart start(HikariDataSource pool, AfterMigration step) {
        Map<String, String> environment = AuthServer.environment();
        return switch (SettingsReader.read(environment)) {
            case Settings.Reading.Valid(Settings settings) -> new DatabaseStart(settings, new MigratedDataSource(pool),
                    List.of(step), new GenericApplicationContext());
            case Settings.Reading.Wrong wrong -> throw new IllegalArgumentException(wrong.problems().toString());
        };
    }
}
