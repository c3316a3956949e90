package dev.gatehouse.gateway.fault;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.Redis;
import dev.gatehouse.gateway.pipeline.TestGateway;

import static org.assertj.core.api.Assertions.assertThat;

/// A gateway whose event loops are well, and whose own stages take too long of every request.
@Tag("slow")
class OwnTimeIT {

    private static final Duration DELAY = Duration.ofMillis(100);

    @Test
    void refusesSomeRequestsWhenNoneIsThroughInTime() throws Exception {
        AtomicInteger clients = new AtomicInteger();
        try (Redis redis = Redis.temporary();
                SlowWire wire = SlowWire.to(redis.port());
                Backend backend = Backend.start();
                TestGateway gateway = TestGateway.start("""
                        version: 1
                        routes:
                          - id: limited
                            match: { path: /limited }
                            upstream: "%s"
                            access: public
                            limits: [ { name: few, per: "header:X-Client", requests: 10, every: 1h } ]
                        """.formatted(backend.url()),
                        Map.of("REDIS_URL", "redis://127.0.0.1:" + wire.port(), "GATEHOUSE_LIMITER_DEADLINE", "1s",
                                "GATEHOUSE_SHED_DELAY", "50ms"));
                // Each waits for Redis: nobody was counted before.
                SteadyLoad load = SteadyLoad.begin(32, Duration.ofMillis(10),
                        () -> SteadyLoad.get("/limited", "X-Client: " + clients.incrementAndGet()), gateway::port)) {
            load.awaitWell(100);
            wire.delay(DELAY);
            load.awaitRefused(10);
            wire.delay(Duration.ZERO);
            load.awaitWell(100);
            assertThat(load.end().refused()).containsOnlyKeys("503 gateway.overloaded");
        }
    }
}
