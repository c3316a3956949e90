package dev.gatehouse.auth.throttle;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.counting.Counters;
import dev.gatehouse.auth.counting.Schedule;
import dev.gatehouse.auth.counting.TestCounters;

/// What tests of other packages need of the counters.
public final class TestThrottle {

    private static final Schedule FREE = new Schedule(List.of(Duration.ZERO), Duration.ofMinutes(1), 100, Duration.ofMinutes(1));

    private TestThrottle() {}

    /// Counts failures of strangers without their waits.
    public static void pretendFailures(AuthServer server, String subject, int count) {
        reserve(server, "b:" + subject, FREE, count);
        reserve(server, "p:" + subject, FREE, count);
    }

    /// As if many tried that name at this moment.
    public static void crowd(AuthServer server, String name) {
        String key = "p:" + server.bean(Subjects.class).typed(name);
        while (server.bean(Counters.class).reserve(key, Schedules.STRANGERS) instanceof Counters.Slot.Granted) {
            // one more
        }
    }

    /// Counts guesses that were made one right after the other.
    public static void pretendGuesses(AuthServer server, String subject, int count) {
        reserve(server, "b:" + subject, FREE, count);
        reserve(server, "p:" + subject, Schedules.STRANGERS, count);
    }

    /// Counts so many failures from there, each of another account.
    public static void pretendFailuresFrom(AuthServer server, String address, int count) {
        Throttle throttle = server.bean(Throttle.class);
        IntStream.range(0, count).forEach(
                i -> throttle.failed(
                        new Verdict.Ticket("pretended" + i, "pretended" + i, Verdict.Source.of(address), Optional.empty())));
    }

    private static void reserve(AuthServer server, String key, Schedule schedule, int count) {
        IntStream.range(0, count).forEach(_ -> server.bean(Counters.class).reserve(key, schedule));
    }

    /// As if the last mail had been asked for longer ago.
    public static void letAMinutePass(AuthServer server, String subject) {
        server.bean(Counters.class).clear(Quotas.minute(subject));
    }

    /// {@return what is counted for strangers}
    public static int failures(AuthServer server, String subject) {
        return server.bean(Counters.class).look("b:" + subject).count();
    }

    /// {@return what is counted for strangers in that Redis, whatever a service has counted alone}
    public static int failures(String redisUrl, String subject) {
        try (Counters counters = TestCounters.in(redisUrl)) {
            return counters.look("b:" + subject).count();
        }
    }
}
