package dev.gatehouse.gateway.authentication.keys;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.authentication.MovableClock;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.pipeline.LogLines;

import static org.assertj.core.api.Assertions.assertThat;

class IssuerKeysTests {

    private final MovableClock clock = new MovableClock(TestTokens.NOW);
    private final ManualScheduler timer = new ManualScheduler();
    private final ScriptedSource source = new ScriptedSource();
    private final List<IssuerKeys.Snapshot> kept = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void asksAgainBeforeTheKeysAreOld() {
        IssuerKeys keys = open();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        assertThat(timer.pauses).containsExactly(Duration.ofMinutes(5));
        assertThat(keys.standing().next()).isEqualTo(TestTokens.NOW.plus(Duration.ofMinutes(5)));
        timer.run();
        assertThat(source.asked).isEqualTo(2);
    }

    @Test
    void pausesLongerWhileItFails() {
        open();
        for (int attempt = 0; attempt < 8; attempt++) {
            source.fail("no connection");
            timer.run();
        }
        assertThat(timer.pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        timer.run();
        source.fail("no connection");
        assertThat(timer.pauses.getLast()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void spreadsTheAttemptsOfSeveralInstances() {
        open(proof(), Optional.empty(), 1);
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        assertThat(timer.pauses).containsExactly(Duration.ofSeconds(270));
    }

    @Test
    void believesKeysForAnHourAfterTheLastGoodAnswer() {
        IssuerKeys keys = open();
        assertThat(keys.usableAt(clock.millis())).isFalse();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        clock.move(Duration.ofMinutes(50));
        timer.run();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5)); // unchanged, and that is good news
        clock.move(Duration.ofMinutes(59));
        timer.run();
        source.fail("status 500");
        assertThat(keys.usableAt(clock.millis())).isTrue();
        clock.move(Duration.ofMinutes(1));
        assertThat(keys.usableAt(clock.millis())).isFalse();
        assertThat(keys.standing().kids()).containsExactly("ec-1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 60, 24 * 60})
    void believesKeysAsLongAsTheIssuerSays(int minutes) {
        Duration maxStale = Duration.ofMinutes(minutes);
        IssuerKeys keys = open(proof(maxStale), Optional.empty(), 0);
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        assertThat(timer.pauses.getFirst()).isLessThanOrEqualTo(maxStale.dividedBy(2)); // so that they never run out while it answers
        assertThat(keys.standing().believedUntil()).contains(TestTokens.NOW.plus(maxStale));
        clock.move(maxStale.minusMillis(1));
        assertThat(keys.usableAt(clock.millis())).isTrue();
        clock.move(Duration.ofMillis(1));
        assertThat(keys.usableAt(clock.millis())).isFalse();
    }

    @Test
    void keepsWhatWasSaidButNothingThatIsNoKeys() {
        open();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        timer.run();
        source.answer("<html>", Duration.ofMinutes(5));
        timer.run();
        source.fail("no connection");
        assertThat(kept).isNotEmpty()
                .allMatch(said -> said.equals(new IssuerKeys.Snapshot(TestKeys.jwks(TestKeys.EC), TestTokens.NOW)));
    }

    /// Tokens are refused then, not put off.
    @Test
    void knowsThatAnIssuerHasNoKeyThatIsUsedHere() {
        IssuerKeys keys = open();
        source.answer("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}", Duration.ofMinutes(5));

        assertThat(keys.usableAt(clock.millis())).isTrue();
        assertThat(keys.current().isEmpty()).isTrue();
        assertThat(keys.standing().usable()).isFalse();
        assertThat(keys.standing().error()).contains("key set: no usable key");
    }

    /// Public keys of another kind are an answer: what was there before is withdrawn, also for who starts later.
    @Test
    void endsWithdrawnKeysThoughNoneOfTheNewOnesIsUsedHere() {
        IssuerKeys keys = open();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        timer.run();
        source.answer(TestKeys.jwks(TestKeys.RSA), Duration.ofMinutes(5));

        assertThat(keys.current().isEmpty()).isTrue();
        assertThat(keys.usableAt(clock.millis())).isTrue();
        assertThat(keys.standing().error()).contains("key set: no usable key");
        assertThat(kept.getLast().json()).isEqualTo(TestKeys.jwks(TestKeys.RSA));
        IssuerKeys later = open(proof(), Optional.of(kept.getLast()), 0);
        assertThat(later.usableAt(clock.millis())).isTrue();
        assertThat(later.current().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"ec-1\",\"k\":\"AAAA\"}]}",
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"ec-1\",\"x\":\"AAAA\",\"y\":\"AAAA\"}]}",
            "{\"keys\":[7,{}]}"})
    void keepsGoodKeysThoughTheNextSetHasNoPublicKey(String next) {
        IssuerKeys keys = open();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        timer.run();
        source.answer(next, Duration.ofMinutes(5));

        assertThat(keys.current().isEmpty()).isFalse();
        assertThat(keys.standing().usable()).isTrue();
        assertThat(kept).allMatch(said -> said.json().equals(TestKeys.jwks(TestKeys.EC)));
    }

    @Test
    void goesOnWithWhatWasSaidBefore() {
        Instant said = TestTokens.NOW.minus(Duration.ofMinutes(50));
        IssuerKeys keys = open(proof(), Optional.of(new IssuerKeys.Snapshot(TestKeys.jwks(TestKeys.EC), said)), 0);
        assertThat(source.asked).isEqualTo(1); // and asks at once nevertheless
        assertThat(keys.usableAt(clock.millis())).isTrue();
        assertThat(keys.standing().lastSuccess()).contains(said);
        clock.move(Duration.ofMinutes(10)); // an hour after it was said, not after the start
        assertThat(keys.usableAt(clock.millis())).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            said in the future, so believed too long |    1 | true
            said too long ago                        | -3600 | true
            no keys                                  |   -1 | false
            """)
    void believesNothingSaidBeforeThatIsNoGood(String why, long secondsAgo, boolean keys) {
        String json = keys ? TestKeys.jwks(TestKeys.EC) : "{}";
        IssuerKeys opened = open(proof(),
                Optional.of(new IssuerKeys.Snapshot(json, TestTokens.NOW.plusSeconds(secondsAgo))), 0);
        assertThat(opened.usableAt(clock.millis())).as(why).isFalse();
    }

    @Test
    void asksOnceForManyUnknownKeys() {
        IssuerKeys keys = open();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        List<Disposable> waiting = new ArrayList<>();
        for (int request = 0; request < 3000; request++) {
            waiting.add(keys.renewalFor("kid-" + request).subscribe());
        }
        assertThat(source.asked).isEqualTo(2);
        assertThat(waiting).filteredOn(Disposable::isDisposed).hasSize(2000); // no more than a thousand wait
        waiting.forEach(Disposable::dispose);
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        clock.move(Duration.ofSeconds(29));
        keys.renewalFor("another").block(Duration.ofSeconds(1));
        assertThat(source.asked).isEqualTo(2);
        clock.move(Duration.ofSeconds(1));
        keys.renewalFor("another").subscribe().dispose();
        assertThat(source.asked).isEqualTo(3);
    }

    @Test
    void asksOnceASecondAtMostWhileThereAreNoKeys() {
        IssuerKeys keys = open();
        keys.arrival().subscribe().dispose(); // waits for the attempt that is under way
        assertThat(source.asked).isEqualTo(1);
        source.fail("no connection");
        for (int request = 0; request < 1000; request++) {
            keys.arrival().block(Duration.ofSeconds(1));
        }
        clock.move(Duration.ofMillis(999));
        keys.arrival().block(Duration.ofSeconds(1));
        assertThat(source.asked).isEqualTo(1);
        clock.move(Duration.ofMillis(1));
        keys.arrival().subscribe().dispose();
        keys.arrival().subscribe().dispose();
        assertThat(source.asked).isEqualTo(2);
    }

    @Test
    void whoWaitsForKeysGoesOnWhenTheyCome() throws Exception {
        IssuerKeys keys = open();
        CompletableFuture<Void> first = keys.arrival().toFuture();
        CompletableFuture<Void> renewed = keys.renewalFor("ec-1").toFuture();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        first.get(30, TimeUnit.SECONDS);
        renewed.get(30, TimeUnit.SECONDS);
        assertThat(source.asked).isEqualTo(1);
        assertThat(keys.usableAt(clock.millis())).isTrue();
    }

    @Test
    void standingTellsWhatIsKnownAndWhatWentWrong() {
        IssuerKeys keys = open();
        assertThat(keys.standing()).isEqualTo(new IssuerKeys.Standing("gatehouse", List.of(), false, Optional.empty(),
                Optional.empty(), Optional.empty(), Instant.EPOCH));
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        assertThat(keys.standing()).isEqualTo(new IssuerKeys.Standing("gatehouse", List.of("ec-1"), true,
                Optional.of(TestTokens.NOW), Optional.of(TestTokens.NOW.plus(IssuerSpec.MAX_STALE)), Optional.empty(),
                TestTokens.NOW.plus(Duration.ofMinutes(5))));
        clock.move(Duration.ofMinutes(5));
        timer.run();
        source.fail("status 500");
        assertThat(keys.standing()).isEqualTo(new IssuerKeys.Standing("gatehouse", List.of("ec-1"), true,
                Optional.of(TestTokens.NOW), Optional.of(TestTokens.NOW.plus(IssuerSpec.MAX_STALE)),
                Optional.of("status 500"), TestTokens.NOW.plus(Duration.ofMinutes(5)).plusSeconds(1)));
    }

    @Test
    void asksNobodyForKeyThatWasUnknownJustNow() {
        IssuerKeys keys = open();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        keys.rememberUnknown("gone");
        keys.renewalFor("gone").block(Duration.ofSeconds(1));
        assertThat(source.asked).isEqualTo(1);
    }

    @Test
    void stopsAskingWhenClosed() {
        IssuerKeys keys = open();
        keys.close();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        assertThat(timer.pauses).isEmpty();
    }

    /// The next attempt comes, and nobody waits for ever.
    @Test
    void goesOnAskingAfterABug() {
        AtomicBoolean broken = new AtomicBoolean(true);
        IssuerKeys keys = open(proof(), Optional.empty(), () -> {
            if (broken.getAndSet(false)) {
                throw new IllegalStateException("no number");
            }
            return 0;
        });
        CompletableFuture<Void> waiting = keys.arrival().toFuture();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(5));
        assertThat(keys.standing().error()).contains("IllegalStateException");
        assertThat(timer.pauses).containsExactly(Duration.ofSeconds(1));
        timer.run();
        assertThat(source.asked).isEqualTo(2);
    }

    @Test
    void tellsOfChangesAndOfEachOutageOnce() {
        try (LogLines log = LogLines.of(IssuerKeys.class)) {
            open();
            for (int attempt = 0; attempt < 2; attempt++) {
                source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
                timer.run();
            }
            assertThat(log.matching(_ -> true)).containsExactly("INFO Issuer keys changed [issuer=\"gatehouse\", keys=\"1\"]");
            for (int attempt = 0; attempt < 2; attempt++) {
                source.fail("no connection");
                timer.run();
                assertThat(log.matching(_ -> true)).hasSize(2);
            }
            assertThat(log.matching(_ -> true)).last().isEqualTo(
                    "WARN Issuer keys not refreshed [issuer=\"gatehouse\", reason=\"no connection\", usable=\"true\"]");
            for (int attempt = 0; attempt < 2; attempt++) {
                source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
                timer.run();
            }
            assertThat(log.matching(_ -> true)).hasSize(3).last()
                    .isEqualTo("INFO Issuer keys reachable again [issuer=\"gatehouse\"]");
        }
    }

    @Test
    void snapshotIsWhatWasSaidLast() {
        IssuerKeys keys = open();
        assertThat(keys.snapshot()).isEmpty();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        assertThat(keys.snapshot()).contains(new IssuerKeys.Snapshot(TestKeys.jwks(TestKeys.EC), TestTokens.NOW));
    }

    @Test
    void keepsNothingOfAnAttemptThatFailed() {
        open();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        timer.run();
        source.fail("no connection");
        assertThat(kept).hasSize(1);
    }

    @Test
    void unknownKeyIsForgottenAfterHalfAMinute() {
        IssuerKeys keys = open();
        source.answer(TestKeys.jwks(TestKeys.EC), Duration.ofMinutes(5));
        keys.rememberUnknown("gone");
        clock.move(Duration.ofSeconds(30));
        keys.renewalFor("gone").subscribe().dispose();
        assertThat(source.asked).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            max-age=60              | 60
            public, Max-Age=120     | 120
            max-age=5               | 30
            max-age=0               | 30
            max-age=900             | 300
            max-age=99999999999999  | 300
            max-age=000000060       | 60
            max-age=0000000060      | 300
            max-age=x               | 300
            max-age=                | 300
            max-age=-1              | 30
            no-cache                | 300
            ''                      | 300
            """)
    void letsTheIssuerShortenThePause(String cacheControl, long seconds) {
        assertThat(HttpKeySource.freshFor(cacheControl)).isEqualTo(Duration.ofSeconds(seconds));
    }

    private IssuerKeys open() {
        return open(proof(), Optional.empty(), 0);
    }

    private IssuerKeys open(IssuerSpec.Signature proof, Optional<IssuerKeys.Snapshot> earlier, double jitter) {
        return open(proof, earlier, () -> jitter);
    }

    private IssuerKeys open(IssuerSpec.Signature proof, Optional<IssuerKeys.Snapshot> earlier, DoubleSupplier jitter) {
        return IssuerKeys.open("gatehouse", proof, source,
                new IssuerKeys.Settings(client, Optional.empty(), clock, timer, Runnable::run, jitter), earlier, kept::add);
    }

    private static IssuerSpec.Signature proof() {
        return proof(IssuerSpec.MAX_STALE);
    }

    private static IssuerSpec.Signature proof(Duration maxStale) {
        return new IssuerSpec.Signature(URI.create("http://localhost:1/"), Set.of("ES256"), Set.of("at+jwt"), maxStale);
    }

    /// Answers when told to.
    private static final class ScriptedSource implements KeySource {

        private int asked;
        private CompletableFuture<Answer> open = new CompletableFuture<>();

        @Override
        public CompletableFuture<Answer> fetch() {
            asked++;
            open = new CompletableFuture<>();
            return open;
        }

        @Override
        public Duration longestPause() {
            return Duration.ofSeconds(30);
        }

        void answer(String json, Duration freshFor) {
            open.complete(new Answer(json, freshFor));
        }

        void fail(String reason) {
            open.completeExceptionally(new Failure(reason));
        }
    }

    /// Runs what is due when told to, and remembers the pauses it was asked for.
    private static final class ManualScheduler implements Scheduler {

        private final List<Duration> pauses = new ArrayList<>();
        private final Deque<AtomicReference<Runnable>> due = new ArrayDeque<>();

        void run() {
            due.removeLast().get().run();
        }

        @Override
        public Disposable schedule(Runnable task) {
            throw new UnsupportedOperationException("nothing is done at once");
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            pauses.add(Duration.of(delay, unit.toChronoUnit()));
            AtomicReference<Runnable> once = new AtomicReference<>(task); // the same task may be scheduled again before it is told that the last is over
            due.add(once);
            return () -> due.remove(once);
        }

        @Override
        public Worker createWorker() {
            throw new UnsupportedOperationException("no worker is needed");
        }
    }
}
