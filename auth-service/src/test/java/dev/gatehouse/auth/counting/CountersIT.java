package dev.gatehouse.auth.counting;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.auth.counting.Counters.Slot;
import dev.gatehouse.auth.redis.RedisConnection;
import dev.gatehouse.devservices.Redis;

import static org.assertj.core.api.Assertions.assertThat;

/// What counts in this process and in a real Redis counts alike.
final class CountersIT {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Schedule SLOWER = new Schedule(Stream.of(0, 0, 0, 1, 2, 4, 8, 10).map(Duration::ofSeconds).toList(),
            Duration.ofSeconds(10), 100, Duration.ofDays(1));
    private static final Schedule FIVE = new Schedule(List.of(Duration.ZERO), Duration.ofSeconds(10), 5, Duration.ofMinutes(15));
    private static final RedisCounters REDIS = new RedisCounters(
            new RedisConnection(Redis.shared().url(), Duration.ofSeconds(5)));

    private static final RedisCounters AWAY = new RedisCounters(
            new RedisConnection("redis://127.0.0.1:1", Duration.ofMillis(200)));

    private final String key = "test:" + UUID.randomUUID();

    static Stream<Counters> counters() {
        return Stream.of(REDIS, new LocalCounters(System::nanoTime));
    }

    @AfterAll
    static void stop() {
        REDIS.close();
        AWAY.close();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("counters")
    void countsUpToTheLimit(Counters counters) {
        assertThat(IntStream.range(0, 5).mapToObj(_ -> counters.take(key, 3, HOUR).isEmpty())).containsExactly(true, true, true,
                false, false);
        assertThat(counters.take(key, 3, HOUR).orElseThrow()).isBetween(Duration.ofMinutes(59), HOUR);
        assertThat(counters.full(key, 3)).isPresent();
        assertThat(counters.full(key, 4)).isEmpty();
        counters.giveBack(key);
        assertThat(counters.take(key, 3, HOUR)).isEmpty();
        counters.clear(key);
        counters.giveBack(key);
        assertThat(IntStream.range(0, 4).mapToObj(_ -> counters.take(key, 3, HOUR).isEmpty())).containsExactly(true, true, true,
                false);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("counters")
    void tellsWhatWasReservedWithoutCountingIt(Counters counters) {
        assertThat(counters.look(key)).isEqualTo(new Counters.Tally(0, Duration.ZERO));
        for (int i = 0; i < 4; i++) {
            counters.reserve(key, SLOWER);
        }

        assertThat(counters.look(key).count()).isEqualTo(4);
        assertThat(counters.look(key).left()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
        assertThat(counters.look(key).count()).isEqualTo(4);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("counters")
    void countsDifferentMembersOnce(Counters counters) {
        assertThat(Stream.of("a", "b", "a", "c", "b").map(member -> counters.takeDistinct(key, member, 2, HOUR).isEmpty()))
                .containsExactly(true, true, true, false, true);
        assertThat(counters.fullDistinct(key, "c", 2).orElseThrow()).isBetween(Duration.ofMinutes(59), HOUR);
        assertThat(counters.fullDistinct(key, "a", 2)).isEmpty();
        assertThat(counters.fullDistinct(key, "c", 3)).isEmpty();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("counters")
    void beginsAgainWhenTheWindowIsOver(Counters counters) {
        counters.take(key, 1, Duration.ofMillis(50));

        org.awaitility.Awaitility.await().until(() -> counters.take(key, 1, Duration.ofMillis(50)).isEmpty());
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("counters")
    void givesAttemptsTheirTimes(Counters counters) {
        List<Slot> slots = IntStream.range(0, 9).mapToObj(_ -> counters.reserve(key, SLOWER)).toList();

        assertThat(slots.stream().map(CountersIT::rounded)).containsExactly("1 at 0", "2 at 0", "3 at 0", "4 at 0", "5 at 1",
                "6 at 3", "7 at 7", "later 15", "later 15");
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("counters")
    void givesNoMoreThanTheMost(Counters counters) {
        List<Slot> slots = IntStream.range(0, 7).mapToObj(_ -> counters.reserve(key, FIVE)).toList();

        assertThat(slots.subList(0, 5)).hasOnlyElementsOfType(Slot.Granted.class);
        assertThat(slots.subList(5, 7)).hasOnlyElementsOfType(Slot.Never.class);
        counters.unreserve(key);
        assertThat(counters.reserve(key, FIVE)).isInstanceOf(Slot.Granted.class);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("counters")
    void countsEachOfManyAtOnce(Counters counters) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Boolean> attempt = () -> counters.take(key, 50, HOUR).isEmpty();
            long taken = threads.invokeAll(java.util.Collections.nCopies(200, attempt)).stream()
                    .filter(java.util.concurrent.Future::resultNow).count();

            assertThat(taken).isEqualTo(50);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("counters")
    void keepsNothingOfWhatWasTakenBackEntirely(Counters counters) {
        IntStream.range(0, 7).forEach(_ -> counters.reserve(key, SLOWER));

        counters.unreserve(key);
        assertThat(counters.look(key).count()).isEqualTo(6);
        assertThat(counters.look(key).left()).as("as long as others count").isBetween(Duration.ofSeconds(8),
                Duration.ofSeconds(15));
        IntStream.range(0, 6).forEach(_ -> counters.unreserve(key));
        assertThat(counters.look(key)).isEqualTo(new Counters.Tally(0, Duration.ZERO));
        counters.unreserve(key);
        assertThat(rounded(counters.reserve(key, SLOWER))).isEqualTo("1 at 0");
    }

    @Test
    void countsHereByAClockThatNobodySets() {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - Duration.ofMinutes(30).toNanos()); // about to wrap around
        Counters counters = new LocalCounters(nanos::get);
        counters.take(key, 1, HOUR);
        IntStream.range(0, 7).forEach(_ -> counters.reserve("slow", SLOWER));
        assertThat(counters.look("slow").left()).isEqualTo(Duration.ofSeconds(15));

        nanos.addAndGet(Duration.ofMinutes(45).toNanos());
        assertThat(counters.take(key, 1, HOUR)).hasValue(Duration.ofMinutes(15));
        assertThat(counters.look("slow")).isEqualTo(new Counters.Tally(7, Duration.ZERO));
        nanos.addAndGet(Duration.ofMinutes(15).toNanos());
        assertThat(counters.take(key, 1, HOUR)).isEmpty();
    }

    @Test
    void countsHereWhileRedisIsAway() {
        Counters counters = new SharedCounters(AWAY, new LocalCounters(System::nanoTime), System::nanoTime);

        assertThat(IntStream.range(0, 3).mapToObj(_ -> counters.take(key, 2, HOUR).isEmpty())).containsExactly(true, true,
                false);
    }

    @Test
    void asksRedisAgainAfterASecondOfAClockThatNobodySets() {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE); // about to wrap around
        AtomicBoolean away = new AtomicBoolean();
        Counters redis = (Counters) Proxy.newProxyInstance(Counters.class.getClassLoader(), new Class<?>[]{Counters.class},
                (_, method, arguments) -> ask(away.get() ? AWAY : REDIS, method, arguments));
        Counters counters = new SharedCounters(redis, new LocalCounters(System::nanoTime), nanos::get);
        counters.take(key, 9, HOUR);
        away.set(true);
        assertThat(counters.full(key, 1)).as("here, where nothing was counted").isEmpty();
        away.set(false);

        nanos.addAndGet(Duration.ofMillis(999).toNanos());
        assertThat(counters.full(key, 1)).as("within the second").isEmpty();
        nanos.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(counters.full(key, 1)).as("after it").isPresent();
    }

    private static Object ask(Counters counters, Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(counters, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private static String rounded(Slot slot) {
        return switch (slot) {
            case Slot.Granted(Duration wait, int count) -> count + " at " + Math.round(wait.toMillis() / 1000.0);
            case Slot.Later(Duration retryAfter) -> "later " + Math.round(retryAfter.toMillis() / 1000.0);
            case Slot.Never() -> "never";
        };
    }
}
