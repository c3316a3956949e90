package dev.gatehouse.auth.throttle;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.redis.RedisConnection;

/// What tests of other packages need of the counters.
public final class TestThrottle {

    private static final Schedule FREE = new Schedule(List.of(Duration.ZERO), Duration.ofMinutes(1), 100, Duration.ofMinutes(1));

    private TestThrottle() {}

    /// Counts failures of strangers without their waits.
    public static void pretendFailures(AuthServer server, String subject, int count) {
        IntStream.range(0, count).forEach(_ -> server.bean(Counters.class).reserve("b:" + subject, FREE));
    }

    /// Counts so many failures from there, each of another account.
    public static void pretendFailuresFrom(AuthServer server, String address, int count) {
        Throttle throttle = server.bean(Throttle.class);
        IntStream.range(0, count).forEach(
                i -> throttle.failed(new Verdict.Ticket("pretended" + i, Verdict.Source.of(address), "")));
    }

    /// As if no mail had been asked for.
    public static void forgetMails(AuthServer server, String subject) {
        server.bean(Counters.class).clear("m:1:" + subject);
        server.bean(Counters.class).clear("m:5:" + subject);
    }

    /// {@return what is counted for strangers}
    public static int failures(AuthServer server, String subject) {
        Counters counters = server.bean(Counters.class);
        int count = ((Counters.Slot.Granted) counters.reserve("b:" + subject, FREE)).count();
        counters.unreserve("b:" + subject);
        return count - 1;
    }

    /// {@return what is counted for strangers in that Redis, whatever a service has counted alone}
    public static int failures(String redisUrl, String subject) {
        try (RedisCounters counters = new RedisCounters(new RedisConnection(redisUrl, Duration.ofSeconds(5)))) {
            return counters.look("b:" + subject).count();
        }
    }
}
