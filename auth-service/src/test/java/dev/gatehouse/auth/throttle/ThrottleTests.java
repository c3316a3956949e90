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

import dev.gatehouse.auth.counting.Counters;
import dev.gatehouse.auth.counting.TestCounters;
import dev.gatehouse.auth.id.Ids;
import dev.gatehouse.auth.knowndevice.DeviceCookies;
import dev.gatehouse.auth.knowndevice.DeviceOwner;
import dev.gatehouse.auth.sealing.TestSealer;
import dev.gatehouse.auth.throttle.Verdict.Hopeless;
import dev.gatehouse.auth.throttle.Verdict.Later;
import dev.gatehouse.auth.throttle.Verdict.Proceed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// Attacks on one account and from one source, with a clock that is moved.
final class ThrottleTests {

    private static final DeviceOwner OWNER = new DeviceOwner(UUID.randomUUID(), 3);
    private static final Subject OWNED = new Subject("owner", List.of("owner"));
    private static final DeviceOwner OTHER = new DeviceOwner(UUID.randomUUID(), 3);

    private Instant now = Instant.parse("2026-11-22T10:00:00Z");
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final List<Long> waits = new ArrayList<>();
    private final DeviceCookies cookies = new DeviceCookies(TestSealer.any(), new Ids(clock, new SecureRandom()), clock);
    private final Counters counters = TestCounters.local(this::nanos);
    private final Throttle throttle = throttle(false);
    private final Codes codes = new Codes(counters, cookies);

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
        Throttle impatient = new Throttle(TestCounters.local(this::nanos), cookies, _ -> true, false); // whose time stands still

        List<Verdict> verdicts = addresses(200)
                .map(address -> impatient.begin("owner", "owner", Optional.of(OWNER), address, Optional.empty()))
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
            while (codes.begin("owner", OWNER, Optional.empty()) instanceof Codes.Turn.Later(Duration wait)) {
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
            taken += codes.begin("owner", OWNER, Optional.empty()) instanceof Codes.Turn.Granted ? 1 : 0;
        }

        assertThat(taken).isBetween(90, 105);
    }

    @Test
    void countsCodesOfAKnownDeviceByThemselvesAndApartFromPasswords() {
        IntStream.range(0, 20).forEach(_ -> codes.begin("owner", OWNER, Optional.empty()));

        assertThat(codes.begin("owner", OWNER, Optional.of(cookies.issue(OWNER, UUID.randomUUID()))))
                .isInstanceOf(Codes.Turn.Granted.class);
        assertThat(codes.begin("owner", OWNER, Optional.of(cookies.issue(OTHER, UUID.randomUUID()))))
                .isInstanceOf(Codes.Turn.Later.class);
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

        Verdict verdict = throttle.begin("owner", "owner", Optional.of(OWNER), "203.0.113.7", cookie);

        assertThat(verdict).isInstanceOfSatisfying(Proceed.class, proceed -> assertThat(proceed.waited()).isZero());
        assertThat(waits).isEmpty();
    }

    /// Passwords that are right, but for which a second factor is asked, end no count by themselves.
    @Test
    void countsKnownDevicesAnewOnceASecondFactorWasGiven() {
        IntStream.range(0, 100).forEach(_ -> fromAnotherDevice());
        assertThat(fromAnotherDevice().ticket().ofKnownDevice()).isFalse();

        throttle.forgiveDevices(OWNED, OWNER.epoch());

        assertThat(fromAnotherDevice().ticket().ofKnownDevice()).isTrue();
    }

    private Proceed fromAnotherDevice() {
        return (Proceed) throttle.begin("owner", "owner", Optional.of(OWNER), "203.0.113.7",
                Optional.of(cookies.issue(OWNER, UUID.randomUUID())));
    }

    @Test
    void letsTheOwnersDeviceInThoughItsNetworkIsBlocked() {
        IntStream.range(0, 60).forEach(i -> fail("unknown " + i, "203.0.113.7"));

        assertThat(guess("203.0.113.7")).isInstanceOf(Later.class);
        assertThat(
                throttle.begin("owner", "owner", Optional.of(OWNER), "203.0.113.7",
                        Optional.of(cookies.issue(OWNER, UUID.randomUUID()))))
                .isInstanceOf(Proceed.class);
    }

    @Test
    void givesAStolenDeviceTenGuessesAndThenTreatsItLikeAStranger() {
        Optional<String> stolen = Optional.of(cookies.issue(OWNER, UUID.randomUUID()));
        Optional<String> own = Optional.of(cookies.issue(OWNER, UUID.randomUUID()));

        List<Verdict> verdicts = IntStream.range(0, 30)
                .mapToObj(_ -> throttle.begin("owner", "owner", Optional.of(OWNER), "203.0.113.7", stolen)).toList();

        assertThat(verdicts).filteredOn(ThrottleTests::ofKnownDevice).hasSize(10);
        assertThat(waits).startsWith(1L, 2L, 4L, 8L, 10L);
        assertThat(throttle.begin("owner", "owner", Optional.of(OWNER), "203.0.113.8", own)).isInstanceOfSatisfying(Proceed.class,
                proceed -> assertThat(proceed.ticket().ofKnownDevice()).isTrue());
    }

    @Test
    void givesAStolenDeviceThirtyGuessesADay() {
        Optional<String> stolen = Optional.of(cookies.issue(OWNER, UUID.randomUUID()));
        int tried = 0;
        for (Instant end = now.plus(Duration.ofDays(1)); now.isBefore(end); now = now.plusSeconds(60)) {
            tried += tried(stolen) ? 1 : 0;
        }

        assertThat(tried).isEqualTo(30);
        assertThat(tried(Optional.of(cookies.issue(OWNER, UUID.randomUUID())))).as("the owner's device").isTrue();
    }

    @Test
    void givesManyStolenCookiesOfAnAccountAHundredGuessesADayAndTellsTheOwnerOfTheTenth() {
        List<Verdict> verdicts = IntStream.range(0, 1000)
                .mapToObj(_ -> throttle.begin("owner", "owner", Optional.of(OWNER), "203.0.113.7",
                        Optional.of(cookies.issue(OWNER, UUID.randomUUID()))))
                .toList();

        assertThat(verdicts).filteredOn(ThrottleTests::ofKnownDevice).hasSize(100)
                .filteredOn(verdict -> ((Proceed) verdict).alarming()).hasSize(1);
        assertThat(verdicts.subList(0, 10)).last().isInstanceOfSatisfying(Proceed.class,
                tenth -> assertThat(tenth.alarming()).isTrue());
        DeviceOwner later = new DeviceOwner(OWNER.account(), OWNER.epoch() + 1);
        assertThat(ofKnownDevice(throttle.begin("owner", "owner", Optional.of(later), "203.0.113.7",
                Optional.of(cookies.issue(later, UUID.randomUUID()))))).as("after a change of the password").isTrue();
    }

    @Test
    void countsKnownDevicesAnewAfterASuccessAndNothingThatCouldNotBeLookedAt() {
        Optional<String> own = Optional.of(cookies.issue(OWNER, UUID.randomUUID()));
        for (int day = 0; day < 10; day++) {
            for (int typo = 0; typo < 9; typo++) {
                assertThat(throttle.begin("owner", "owner", Optional.of(OWNER), "203.0.113.7", own)).isInstanceOfSatisfying(
                        Proceed.class,
                        proceed -> assertThat(proceed.alarming()).isFalse());
            }
            throttle.succeeded(((Proceed) throttle.begin("owner", "owner", Optional.of(OWNER), "203.0.113.7", own)).ticket());
        }
        for (int i = 0; i < 200; i++) {
            Verdict verdict = throttle.begin("owner", "owner", Optional.of(OWNER), "203.0.113.7", own);
            assertThat(ofKnownDevice(verdict)).isTrue();
            throttle.withdrawn(((Proceed) verdict).ticket());
        }
    }

    @Test
    void givesManyStolenCookiesAHundredCodesADayHoweverOftenThePasswordIsAnother() {
        List<Codes.Turn> turns = IntStream.range(0, 1000).mapToObj(i -> {
            DeviceOwner owner = new DeviceOwner(OWNER.account(), i / 50);
            return codes.begin("owner", owner, Optional.of(cookies.issue(owner, UUID.randomUUID())));
        }).toList();

        assertThat(turns)
                .filteredOn(
                        turn -> turn instanceof Codes.Turn.Granted(_, Optional<KnownDevices.Attempt> known, _)
                                && known.isPresent())
                .hasSize(100).filteredOn(turn -> ((Codes.Turn.Granted) turn).alarming()).hasSize(1);
    }

    @Test
    void countsCodesOfKnownDevicesAnewAfterARightOne() {
        Optional<String> own = Optional.of(cookies.issue(OWNER, UUID.randomUUID()));
        for (int day = 0; day < 20; day++) {
            for (int typo = 0; typo < 8; typo++) {
                codes.begin("owner", OWNER, own);
            }
            Codes.Turn.Granted right = (Codes.Turn.Granted) codes.begin("owner", OWNER, own);
            assertThat(right.known()).isPresent();
            codes.accepted(right);
        }
    }

    @Test
    void believesNoCookieOfAnotherAccountOrPasswordOrMadeUpOrOld() {
        String old = cookies.issue(OWNER, UUID.randomUUID());
        now = now.plus(DeviceCookies.LIFETIME);
        String good = cookies.issue(OWNER, UUID.randomUUID());
        String before = cookies.issue(new DeviceOwner(OWNER.account(), OWNER.epoch() - 1), UUID.randomUUID());

        assertThat(List.of(old, before, cookies.issue(OTHER, UUID.randomUUID()), "", "nonsense", "=", "A".repeat(5000),
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
            Verdict verdict = throttle.begin("account " + i, "account " + i, Optional.of(OWNER), "203.0.113.7", Optional.empty());
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
    void countsNothingWhoseLookingAtFailed() {
        Verdict.Ticket ticket = ((Proceed) guess("203.0.113.7")).ticket();

        assertThatThrownBy(() -> throttle.look(ticket, () -> {
            throw new IllegalStateException("busy");
        })).hasMessage("busy");

        assertThat(throttle.standing(OWNED).passwords()).isZero();
        assertThat(throttle.look(((Proceed) guess("203.0.113.7")).ticket(), () -> "wrong")).isEqualTo("wrong");
        assertThat(throttle.standing(OWNED).passwords()).isEqualTo(1);
    }

    @Test
    void slowsAStolenSessionDownAndNobodyElse() {
        for (int attempt = 0; attempt < 11; attempt++) {
            assertThat(throttle.beginKnown("session:stolen")).isInstanceOf(Proceed.class);
        }
        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 10L, 10L, 10L);
        waits.clear();

        assertThat(throttle.beginKnown("session:own")).isInstanceOf(Proceed.class);
        assertThat(guess("203.0.113.7")).isInstanceOf(Proceed.class);
        assertThat(waits).isEmpty();
    }

    @Test
    void givesAStolenSessionAHundredGuessesADay() {
        int tried = 0;
        for (Instant end = now.plus(Duration.ofDays(1)); now.isBefore(end); now = now.plusSeconds(60)) {
            if (throttle.beginKnown("session:stolen") instanceof Proceed proceed) {
                throttle.failed(proceed.ticket());
                tried++;
            }
        }

        assertThat(tried).isEqualTo(100);
        assertThat(throttle.beginKnown("session:stolen")).isInstanceOf(Hopeless.class);
        assertThat(throttle.beginKnown("session:own")).isInstanceOf(Proceed.class);
    }

    @Test
    void givesAStolenSessionNoMoreThanFiveGuessesInTheStrictProfile() {
        Throttle strict = throttle(true);

        List<Verdict> verdicts = IntStream.range(0, 6).mapToObj(_ -> strict.beginKnown("session:stolen")).toList();

        assertThat(verdicts.subList(0, 5)).hasOnlyElementsOfType(Proceed.class);
        assertThat(verdicts.getLast()).isInstanceOf(Hopeless.class);
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
        throttle.forgive(OWNED);
        assertThat(guess("203.0.113.7")).isInstanceOf(Proceed.class);
    }

    @Test
    void countsAHundredForAnAccountUnderWhateverNames() {
        long tried = IntStream.range(0, 300).filter(i -> begin(i % 2 == 0 ? "name" : "address", i) instanceof Proceed).count();

        assertThat(tried).isEqualTo(100);
    }

    @Test
    void slowsDownNamesOfAnAccountAsIfNobodyHadThem() {
        for (int i = 0; i < 100; i++) {
            assertThat(begin("name", i)).isInstanceOf(Proceed.class);
        }
        waits.clear();

        List<Verdict> verdicts = IntStream.range(0, 8).mapToObj(i -> begin("address", i)).toList();

        assertThat(verdicts).hasOnlyElementsOfType(Hopeless.class).extracting(verdict -> verdict.waited().toSeconds())
                .containsExactly(0L, 0L, 0L, 0L, 1L, 2L, 4L, 8L);
        assertThat(waits).containsExactly(1L, 2L, 4L, 8L);
    }

    private Verdict begin(String typed, int i) {
        return throttle.begin("owner", typed, Optional.of(OWNER), "198.51." + i % 250 + ".7", Optional.empty());
    }

    @Test
    void locksForFifteenMinutesInTheStrictProfile() {
        Throttle strict = throttle(true);
        Optional<String> cookie = Optional.of(cookies.issue(OWNER, UUID.randomUUID()));

        List<Verdict> verdicts = IntStream.range(0, 7)
                .mapToObj(_ -> strict.begin("owner", "owner", Optional.of(OWNER), "203.0.113.7", cookie)).toList();

        assertThat(verdicts.subList(0, 5)).hasOnlyElementsOfType(Proceed.class);
        assertThat(verdicts.subList(5, 7)).hasOnlyElementsOfType(Hopeless.class);
        assertThat(waits).isEmpty();
        now = now.plus(Duration.ofMinutes(15));
        assertThat(strict.begin("owner", "owner", Optional.of(OWNER), "203.0.113.7", cookie)).isInstanceOf(Proceed.class);
    }

    @Test
    void letsTwoThousandWaitAndNoMore() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(2000);
        CountDownLatch over = new CountDownLatch(1);
        Throttle crowded = new Throttle(TestCounters.local(this::nanos), cookies, _ -> {
            waiting.countDown();
            return over.getCount() == 0 || awaited(over);
        }, false);
        IntStream.range(0, 2001).forEach(account -> IntStream.range(0, 4).forEach(_ -> guess(crowded, account)));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Verdict>> sleepers = IntStream.range(0, 2000).mapToObj(i -> threads.submit(() -> guess(crowded, i)))
                    .toList();
            assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(guess(crowded, 2000)).as("one too many").isEqualTo(new Later(Duration.ofSeconds(5)));
            assertThat(crowded.standing(new Subject("account 2000", List.of())).passwords()).as("was not looked at").isEqualTo(4);
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
        return throttle.begin("account " + account, "account " + account, Optional.empty(),
                "10.0." + account / 250 + "." + account % 250,
                Optional.empty());
    }

    private Throttle throttle(boolean strict) {
        return new Throttle(counters, cookies, wait -> {
            waits.add(wait.toSeconds());
            now = now.plus(wait);
            return true;
        }, strict);
    }

    private long nanos() {
        return Duration.between(Instant.EPOCH, now).toNanos();
    }

    private Verdict guess(String address) {
        return throttle.begin("owner", "owner", Optional.of(OWNER), address, Optional.empty());
    }

    private boolean tried(Optional<String> cookie) {
        return ofKnownDevice(throttle.begin("owner", "owner", Optional.of(OWNER), "203.0.113.7", cookie));
    }

    private static boolean ofKnownDevice(Verdict verdict) {
        return verdict instanceof Proceed proceed && proceed.ticket().ofKnownDevice();
    }

    /// {@return whether it was looked at}
    private boolean fail(String subject, String address) {
        if (throttle.begin(subject, subject, Optional.empty(), address, Optional.empty()) instanceof Proceed proceed) {
            throttle.failed(proceed.ticket());
            return true;
        }
        return false;
    }

    private static java.util.stream.Stream<String> addresses(int count) {
        return IntStream.range(0, count).mapToObj(i -> "198.51." + i + ".7");
    }
}
