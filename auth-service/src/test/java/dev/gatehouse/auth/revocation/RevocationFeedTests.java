package dev.gatehouse.auth.revocation;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/// The thread that tells the gateways of sign-outs outlives whatever goes wrong in it.
final class RevocationFeedTests {

    static Stream<Runnable> failures() {
        return Stream.of(() -> {
            throw new NumberFormatException("a foreign entry");
        }, () -> {
            throw new NoClassDefFoundError("a bug of this test");
        });
    }

    @ParameterizedTest
    @MethodSource("failures")
    void asksAgainAfterSomethingThatNobodyExpected(Runnable failure) throws InterruptedException {
        Failing stream = new Failing(failure);
        DataSource away = new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/none");
        RevocationFeed feed = new RevocationFeed(new RevocationStore(JdbcClient.create(away)), Optional.of(stream));

        feed.start();
        feed.wake();

        assertThat(stream.asked.await(20, TimeUnit.SECONDS)).isTrue();
        feed.stop();
    }

    private static final class Failing implements RevocationStream {

        private final CountDownLatch asked = new CountDownLatch(2);
        private final Runnable failure;

        Failing(Runnable failure) {
            this.failure = failure;
        }

        @Override
        public Optional<EntryId> last() {
            asked.countDown();
            failure.run();
            return Optional.empty();
        }

        @Override
        public Optional<EntryId> append(List<Revocation> revocations) {
            return Optional.empty();
        }

        @Override
        public EntryId create(List<Revocation> revocations) {
            return new EntryId(1, 1);
        }

        @Override
        public boolean answers() {
            return true;
        }

        @Override
        public void close() {}
    }
}
