package dev.gatehouse.auth.password;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.auth.password.format.StoredHash;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.Refusal;
import dev.gatehouse.auth.settings.Settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

final class PasswordHasherTests {

    private static final Password PASSWORD = Password.chosen("correct horse");

    private static final String BCRYPT = "$2b$05$waF6hktJ1doNHBm9SnS/7OkejHymSKeRLV/PgJqtKzGnOoP3NqHgW";

    private final HashingThreads threads = new HashingThreads(new Settings.Hashing(1, 1, Duration.ofSeconds(30)));
    private final PasswordHasher hasher = new PasswordHasher(threads, new SecureRandom());

    @AfterEach
    void stop() {
        threads.close();
    }

    @Test
    void verifiesWhatItHashed() {
        String hash = hasher.hash(PASSWORD);

        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").doesNotContain("=$").hasSize(97);
        assertThat(hasher.matches(PASSWORD, Optional.of(hash))).isTrue();
        assertThat(hasher.matches(Password.claimed("Correct horse"), Optional.of(hash))).isFalse();
    }

    @Test
    void saltsEveryHash() {
        assertThat(hasher.hash(PASSWORD)).isNotEqualTo(hasher.hash(PASSWORD));
    }

    @Test
    void doesTheSameWorkForNobody() {
        long before = threads.completed();

        assertThat(hasher.matches(PASSWORD, Optional.empty())).isFalse();

        await().atMost(Duration.ofSeconds(60)).until(() -> threads.completed() - before == 1);
        assertThat(hasher.nobody()).hasToString(StoredHash.read(hasher.hash(PASSWORD)).toString());
        assertThat(hasher.nobody().salt()).hasSize(16);
        assertThat(hasher.nobody().hash()).hasSize(32);
    }

    @Test
    void refusesAtOnceWhenTheQueueIsFull() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> running = callers.submit(() -> threads.call(_ -> waitFor(started, go)));
            started.await();
            Future<?> waiting = callers.submit(() -> threads.call(_ -> "done"));
            while (threads.waiting() == 0) {
                Thread.onSpinWait();
            }

            assertThatThrownBy(() -> hasher.hash(PASSWORD)).isInstanceOfSatisfying(Refusal.class,
                    refusal -> assertThat(refusal.problem().code()).isEqualTo(ProblemCode.SERVICE_BUSY));

            go.countDown();
            assertThat(running.get()).isEqualTo("done");
            assertThat(waiting.get()).isEqualTo("done");
        }
    }

    @Test
    void refusesWhoWaitedTooLong() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (HashingThreads impatient = new HashingThreads(new Settings.Hashing(1, 5, Duration.ofMillis(50)));
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> running = callers.submit(() -> impatient.call(_ -> waitFor(started, go)));
            started.await();

            assertThatThrownBy(() -> impatient.call(_ -> "never")).isInstanceOf(Refusal.class);
            assertThat(impatient.waiting()).as("its place is free again").isZero();

            go.countDown();
            assertThat(running.get()).as("what runs is waited for, deadline or not").isEqualTo("done");
        }
    }

    @Test
    void matchesNothingWithAHashItCannotUse() {
        long before = threads.completed();

        assertThat(hasher.matches(PASSWORD, Optional.of("$2b$31$" + "a".repeat(53)))).isFalse();
        assertThat(hasher.isOutdated(PASSWORD, "$2b$31$" + "a".repeat(53))).isFalse();

        await().atMost(Duration.ofSeconds(60)).until(() -> threads.completed() - before == 1);
    }

    static Stream<String> refusedByTheirLibraries() {
        String hash = "A".repeat(43);
        return Stream.of("$scrypt$ln=16,r=1,p=1$c29tZXNhbHQ$" + hash,
                "$fbscrypt$v=1,n=16,r=1,p=1,ss=Bw==,sk=" + hash + "$c29tZXNhbHQ$" + hash, "$5$!salt$" + hash,
                "$6$!salt$" + "A".repeat(86));
    }

    @ParameterizedTest
    @MethodSource("refusedByTheirLibraries")
    void matchesNothingWithAHashThatItCanReadAndNobodyCanCompute(String stored) {
        assertThat(StoredHash.read(stored)).isNotNull();
        assertThat(hasher.matches(PASSWORD, Optional.of(stored))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("refusedByTheirLibraries")
    void costsAHashThoughNobodyCanComputeIt(String stored) {
        hasher.compare(PASSWORD, Optional.of(stored)); // loads what it needs

        Duration work = hasher.compare(PASSWORD, Optional.of(stored)).foreignWork().orElseThrow();

        assertThat(work).as("filling 19 MiB twice takes some 30 ms, a refusal microseconds").isGreaterThan(Duration.ofMillis(4));
    }

    @Test
    void takesOnlyOurOwnCostsForCurrent() {
        assertThat(hasher.isOutdated(PASSWORD, hasher.hash(PASSWORD))).isFalse();
        assertThat(hasher.isOutdated(PASSWORD, "$argon2id$v=19$m=4096,t=2,p=1$c29tZXNhbHQ$" + "A".repeat(43))).isTrue();
        assertThat(hasher.isOutdated(PASSWORD, BCRYPT)).isTrue();
    }

    @Test
    void doesNotMakePartOfAPasswordWhatBcryptNeverCompared() {
        assertThat(hasher.isOutdated(Password.claimed("p".repeat(72)), BCRYPT)).isTrue();
        assertThat(hasher.isOutdated(Password.claimed("p".repeat(73)), BCRYPT)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 257})
    void countsCodePoints(int length) {
        assertThatThrownBy(() -> Password.chosen("😀".repeat(length))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("😀");
        assertThat(Password.chosen("😀".repeat(256))).hasToString("***");
    }

    private static String waitFor(CountDownLatch started, CountDownLatch go) {
        started.countDown();
        try {
            go.await();
            return "done";
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
