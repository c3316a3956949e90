package dev.gatehouse.auth.database;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

import static org.assertj.core.api.Assertions.assertThat;

/// A timer never calls again what threw once, and says nothing of it.
final class HousekeepingTests {

    static Stream<Cleanup> failures() {
        return Stream.of(_ -> {
            throw new DataAccessResourceFailureException("away");
        }, _ -> {
            throw new CannotCreateTransactionException("away");
        }, _ -> {
            throw new IllegalStateException("a bug of this test");
        }, _ -> {
            throw new NoClassDefFoundError("a bug of this test");
        });
    }

    @ParameterizedTest
    @MethodSource("failures")
    void goesOnMinuteAfterMinuteBehindACleanupThatFails(Cleanup failing) throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(3);

        try (var _ = new Housekeeping(List.of(failing, most -> {
            runs.countDown();
            return 0;
        }), Duration.ofMillis(1))) {
            assertThat(runs.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
