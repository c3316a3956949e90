package dev.gatehouse.gateway.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.util.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.gateway.pipeline.TestGateway;

import static org.assertj.core.api.Assertions.assertThat;

/// A gateway whose event loops are well, and whose own stages take too long of every request.
@Tag("slow")
class OwnTimeIT {

    private static final Duration DELAY = Duration.ofMillis(100);

    private final AtomicInteger clients = new AtomicInteger();
    private final Redis redis = Redis.temporary();
    private final SlowWire wire = SlowWire.to(redis.port());
    private final Backend backend = Backend.start();

    @AfterEach
    void stop() throws IOException {
        backend.close();
        wire.close();
        redis.close();
    }

    private TestGateway start(String limiterDeadline) {
        return TestGateway.start("""
                version: 1
                routes:
                  - id: limited
                    match: { path: /limited }
                    upstream: "%s"
                    access: public
                    limits: [ { name: few, per: "header:X-Client", requests: 10, every: 1h } ]
                """.formatted(backend.url()),
                Map.of("REDIS_URL", "redis://127.0.0.1:" + wire.port(), "GATEHOUSE_LIMITER_DEADLINE", limiterDeadline,
                        "GATEHOUSE_SHED_DELAY", "50ms"));
    }

    /// Each waits for Redis: nobody was counted before.
    private SteadyLoad load(TestGateway gateway) {
        return SteadyLoad.begin(32, Duration.ofMillis(10),
                () -> SteadyLoad.get("/limited", "X-Client: " + clients.incrementAndGet()), gateway::port);
    }

    /// The thread that keeps the deadline of limits does not, so that requests wait for Redis five times as long as they may.
    @Test
    void refusesSomeRequestsWhenNoneIsThroughInTime() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        try (TestGateway gateway = start("20ms"); SteadyLoad load = load(gateway)) {
            load.awaitWell(100);
            gateway.bean(Timer.class).newTimeout(_ -> stuck.await(), 0, TimeUnit.MILLISECONDS);
            try {
                wire.delay(DELAY);
                load.awaitRefused(503, 10);
            } finally {
                stuck.countDown(); // ahead of the gateway, which waits for the thread
            }
            wire.delay(Duration.ZERO);
            load.awaitWell(100);
            assertThat(load.end().refused()).containsOnlyKeys("503 gateway.overloaded");
        }
    }

    @Test
    void refusesNobodyWhoWaitsForRedisNoLongerThanLimitsMay() throws Exception {
        try (TestGateway gateway = start("1s"); SteadyLoad load = load(gateway)) {
            load.awaitWell(100);
            wire.delay(DELAY);
            load.awaitMore(1_000); // 32 at a time, each as late as Redis: three seconds
            assertThat(load.end().refused()).isEmpty();
        }
    }
}
