package dev.gatehouse.auth.counting;

import java.time.Duration;
import java.util.function.LongSupplier;

import dev.gatehouse.auth.redis.RedisConnection;

/// Counters without a service around them.
public final class TestCounters {

    private TestCounters() {}

    public static Counters local(LongSupplier nanos) {
        return new LocalCounters(nanos);
    }

    public static Counters in(String redisUrl) {
        return new RedisCounters(new RedisConnection(redisUrl, Duration.ofSeconds(5)));
    }
}
