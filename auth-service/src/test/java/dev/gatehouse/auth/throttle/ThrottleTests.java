package dev.gatehouse.auth.throttle;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.sealing.TestSealer;
import dev.gatehouse.auth.throttle.Verdict.Hopeless;
import dev.gatehouse.auth.throttle.Verdict.Later;
import dev.gatehouse.auth.throttle.Verdict.Proceed;

import static org.assertj.core.api.Assertions.assertThat;

/// Attacks on one account and from one source, with a clock that is moved.
final class ThrottleTests {

    private static final UUID OWNER = UUID.randomUUID();

    private Instant now = Instant.parse("2026-11-22T10:00:00Z");
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final List<Long> waits = new ArrayList<>();
    private final DeviceCookies cookies = new DeviceCookies(TestSealer.any(), new Ids(clock, new SecureRandom()), clock);
    private final Throttle throttle = throttle(false);

    @Test
    void letsStrangersTryFourTimesAndThenSlowsThemDown() {
        for (int attempt = 0; attempt < 11; attempt++) {
            assertThat(guess("203.0.113.7")).isInstanceOf(Proceed.class);
        }

        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 10L, 10L, 10L);
    }

    @Test
    void tellsTheOwnerOfTheTenthFailureOnly() {
        assertThat(IntStream.rangeClosed(1, 30).filter(_ -> ((Proceed) guess("203.0.113.7")).alarming())).hasSize(1);
    }

    @Test
    void countsManyAttemptsAtTheSameMomentAsMany() {
        Throttle impatient = new Throttle(new LocalCounters(clock), cookies, _ -> true, false); // whose time stands still

        List<Verdict> verdicts = addresses(200)
                .map(address -> impatient.begin("owner", Optional.of(OWNER), address, Optional.empty()))
                .toList();

        assertThat(verdicts).filteredOn(Proceed.class::isInstance).hasSize(7); // 4 at once; after 1, 3 and 7 seconds
        assertThat(verdicts).filteredOn(Later.class::isInstance).hasSize(193)
                .allSatisfy(later -> assertThat(((Later) later).retryAfter()).isEqualTo(Duration.ofSeconds(15)));
    }

    @Test
    void getsTwoHundredAddressesNowhereInADay() {
        int tried = 0;
        Instant end = now.plus(Duration.ofDays(1));
        for (int round = 0; now.isBefore(end); round++) {
            tried += guess("198.51." + (round % 200) + ".7") instanceof Proceed ? 1 : 0;
            now = now.plusSeconds(60);
        }

        assertThat(tried).isEqualTo(100);
    }

    @Test
    void takesNineWrongCodesAtOnceAndThenMakesThemWaitLongerEachTime() {
        List<Duration> waits = new ArrayList<>();
        for (int attempt = 0; attempt < 16; attempt++) {
            while (throttle.beginCode("owner", OWNER, Optional.empty()) instanceof Throttle.CodeTurn.Later(Duration wait)) {
                waits.add(wait);
                now = now.plus(wait);
            }
        }

        assertThat(waits).extracting(Duration::toMinutes).containsExactly(1L, 2L, 4L, 8L, 15L, 15L);
    }

    @Test
    void takesAHundredWrongCodesInADayAtMost() {
        int taken = 0;
        for (Instant end = now.plus(Duration.ofDays(1)); now.isBefore(end); now = now.plusSeconds(30)) {
            taken += throttle.beginCode("owner", OWNER, Optional.empty()) instanceof Throttle.CodeTurn.Granted ? 1 : 0;
        }

        assertThat(taken).isBetween(90, 105);
    }

    @Test
    void countsCodesOfAKnownDeviceByThemselvesAndApartFromPasswords() {
        IntStream.range(0, 20).forEach(_ -> throttle.beginCode("owner", OWNER, Optional.empty()));

        assertThat(throttle.beginCode("owner", OWNER, Optional.of(cookies.issue(OWNER, UUID.randomUUID()))))
                .isInstanceOf(Throttle.CodeTurn.Granted.class);
        assertThat(throttle.beginCode("owner", OWNER, Optional.of(cookies.issue(UUID.randomUUID(), UUID.randomUUID()))))
                .isInstanceOf(Throttle.CodeTurn.Later.class);
        assertThat(guess("203.0.113.7")).isInstanceOfSatisfying(Proceed.class, proceed -> assertThat(proceed.waited()).isZero());
    }

    @Test
    void suspectsStrangersAfterTenFailures() {
        assertThat(IntStream.rangeClosed(1, 12).filter(_ -> ((Proceed) guess("203.0.113.7")).suspect())).hasSize(2);
    }

    @Test
    void keepsTheOwnersDeviceOutOfIt() {
        Optional<String> cookie = Optional.of(cookies.issue(OWNER, UUID.randomUUID()));
        addresses(200).forEach(this::guess);
        waits.clear();

        Verdict verdict = throttle.begin("owner", Optional.of(OWNER), "203.0.113.7", cookie);

        assertThat(verdict).isInstanceOfSatisfying(Proceed.class, proceed -> assertThat(proceed.waited()).isZero());
        assertThat(waits).isEmpty();
    }

    @Test
    void letsTheOwnersDeviceInThoughItsNetworkIsBlocked() {
        IntStream.range(0, 60).forEach(i -> fail("unknown " + i, "203.0.113.7"));

        assertThat(guess("203.0.113.7")).isInstanceOf(Later.class);
        assertThat(
                throttle.begin("owner", Optional.of(OWNER), "203.0.113.7", Optional.of(cookies.issue(OWNER, UUID.randomUUID()))))
                .isInstanceOf(Proceed.class);
    }

    @Test
    void givesAStolenDeviceTenGuessesAndThenTreatsItLikeAStranger() {
        Optional<String> stolen = Optional.of(cookies.issue(OWNER, UUID.randomUUID()));
        Optional<String> own = Optional.of(cookies.issue(OWNER, UUID.randomUUID()));

        List<Verdict> verdicts = IntStream.range(0, 30)
                .mapToObj(_ -> throttle.begin("owner", Optional.of(OWNER), "203.0.113.7", stolen)).toList();

        assertThat(verdicts).filteredOn(verdict -> verdict instanceof Proceed proceed && proceed.ticket().isTrusted())
                .hasSize(10);
        assertThat(waits).startsWith(1L, 2L, 4L, 8L, 10L);
        assertThat(throttle.begin("owner", Optional.of(OWNER), "203.0.113.8", own)).isInstanceOfSatisfying(Proceed.class,
                proceed -> assertThat(proceed.ticket().isTrusted()).isTrue());
    }

    @Test
    void believesNoCookieOfAnotherAccountOrMadeUpOrOld() {
        String old = cookies.issue(OWNER, UUID.randomUUID());
        now = now.plus(DeviceCookies.LIFETIME);
        String good = cookies.issue(OWNER, UUID.randomUUID());

        assertThat(List.of(old, cookies.issue(UUID.randomUUID(), UUID.randomUUID()), "", "nonsense", "=", "A".repeat(5000),
                good.substring(1),
                good.substring(0, good.length() - 2) + "AA"))
                .allSatisfy(cookie -> assertThat(cookies.device(Optional.of(cookie), OWNER)).as(cookie).isEmpty());
        assertThat(cookies.device(Optional.of(good), OWNER)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"203.0.113.7, 203.0.113.7", "2001:db8::1, 2001:db8::ffff:1"})
    void stopsASourceThatTriesManyAccounts(String first, String second) {
        int tried = 0;
        for (int account = 0; account < 300; account++) {
            tried += fail("account " + account, account % 2 == 0 ? first : second) ? 1 : 0;
        }

        assertThat(tried).isEqualTo(50);
    }

    @Test
    void stopsANetworkThatTriesManyAccounts() {
        long tried = IntStream.range(0, 1000).filter(i -> fail("account " + i, "203.0.113." + i % 250)).count();

        assertThat(tried).isEqualTo(250);
    }

    @Test
    void doesNotCountSuccesses() {
        for (int i = 0; i < 1000; i++) {
            Verdict verdict = throttle.begin("account " + i, Optional.of(OWNER), "203.0.113.7", Optional.empty());
            throttle.succeeded(((Proceed) verdict).ticket());
        }
        assertThat(waits).isEmpty();
    }

    @Test
    void countsNothingThatCouldNotBeLookedAt() {
        for (int i = 0; i < 50; i++) {
            throttle.withdrawn(((Proceed) guess("203.0.113.7")).ticket());
        }

        assertThat(waits).isEmpty();
    }

    @Test
    void startsAgainAfterASuccess() {
        IntStream.range(0, 4).forEach(_ -> guess("203.0.113.7"));
        throttle.succeeded(((Proceed) guess("203.0.113.7")).ticket());
        waits.clear();

        IntStream.range(0, 4).forEach(_ -> guess("203.0.113.7"));

        assertThat(waits).isEmpty();
    }

    @Test
    void tellsNothingWhenNoStrangerMayTryAnyMore() {
        for (int i = 0; i < 100; i++) {
            guess("198.51." + i + ".7");
        }

        assertThat(guess("203.0.113.7")).isInstanceOf(Hopeless.class);
        throttle.forgive("owner");
        assertThat(guess("203.0.113.7")).isInstanceOf(Proceed.class);
    }

    @Test
    void locksForFifteenMinutesInTheStrictProfile() {
        Throttle strict = throttle(true);
        Optional<String> cookie = Optional.of(cookies.issue(OWNER, UUID.randomUUID()));

        List<Verdict> verdicts = IntStream.range(0, 7)
                .mapToObj(_ -> strict.begin("owner", Optional.of(OWNER), "203.0.113.7", cookie)).toList();

        assertThat(verdicts.subList(0, 5)).hasOnlyElementsOfType(Proceed.class);
        assertThat(verdicts.subList(5, 7)).hasOnlyElementsOfType(Hopeless.class);
        assertThat(waits).isEmpty();
        now = now.plus(Duration.ofMinutes(15));
        assertThat(strict.begin("owner", Optional.of(OWNER), "203.0.113.7", cookie)).isInstanceOf(Proceed.class);
    }

    @Test
    void letsTwoThousandWaitAndNoMore() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(2000);
        CountDownLatch over = new CountDownLatch(1);
        Throttle crowded = new Throttle(new LocalCounters(clock), cookies, _ -> {
            waiting.countDown();
            return over.getCount() == 0 || awaited(over);
        }, false);
        IntStream.range(0, 2001).forEach(account -> IntStream.range(0, 4).forEach(_ -> guess(crowded, account)));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Verdict>> sleepers = IntStream.range(0, 2000).mapToObj(i -> threads.submit(() -> guess(crowded, i)))
                    .toList();
            assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(guess(crowded, 2000)).as("one too many").isEqualTo(new Later(Duration.ofSeconds(5)));
            over.countDown();
            for (Future<Verdict> sleeper : sleepers) {
                assertThat(sleeper.get(60, TimeUnit.SECONDS)).isInstanceOf(Proceed.class);
            }
        } catch (ExecutionException | TimeoutException wrong) {
            throw new AssertionError(wrong);
        }
        now = now.plusSeconds(10);
        assertThat(guess(crowded, 2000)).as("there is room again").isInstanceOf(Proceed.class);
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    private static Verdict guess(Throttle throttle, int account) {
        return throttle.begin("account " + account, Optional.empty(), "10.0." + account / 250 + "." + account % 250,
                Optional.empty());
    }

    private Throttle throttle(boolean strict) {
        return new Throttle(new LocalCounters(clock), cookies, wait -> {
            waits.add(wait.toSeconds());
            now = now.plus(wait);
            return true;
        }, strict);
    }

    private Verdict guess(String address) {
        return throttle.begin("owner", Optional.of(OWNER), address, Optional.empty());
    }

    /// {@return whether it was looked at}
    private boolean fail(String subject, String address) {
        if (throttle.begin(subject, Optional.empty(), address, Optional.empty()) instanceof Proceed proceed) {
            throttle.failed(proceed.ticket());
            return true;
        }
        return false;
    }

    private static java.util.stream.Stream<String> addresses(int count) {
        return IntStream.range(0, count).mapToObj(i -> "198.51." + i + ".7");
    }
}
