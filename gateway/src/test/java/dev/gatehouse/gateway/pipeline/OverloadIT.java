package dev.gatehouse.gateway.pipeline;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import io.netty.util.concurrent.EventExecutor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.netty.http.HttpResources;

import dev.gatehouse.gateway.routes.Entrance;

import static org.assertj.core.api.Assertions.assertThat;

/// A gateway whose event loops cannot keep up.
@Tag("slow")
class OverloadIT {

    @Test
    void refusesSomeRequestsAtOnceAndNeverAProbe() throws Exception {
        AtomicBoolean busy = new AtomicBoolean(true);
        try (TestUpstream upstream = TestUpstream.start();
                TestGateway gateway = TestGateway.start(
                        "version: 1\nroutes:\n  - { id: a, match: { path: /a }, upstream: '" + upstream.url()
                                + "', access: public }\n",
                        Map.of("GATEHOUSE_SHED_DELAY", "10ms"))) {
            assertThat(gateway.get("/a").statusCode()).isEqualTo(200);
            for (EventExecutor loop : HttpResources.get().onServer(true)) {
                loop.execute(() -> keepBusy(loop, busy));
            }
            HttpResponse<String> answer = gateway.get("/a");
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (answer.statusCode() == 200 && System.nanoTime() < deadline) {
                answer = gateway.get("/a");
            }
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("gateway.overloaded");
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            for (int i = 0; i < 5; i++) {
                for (String excepted : List.of("/livez", "/readyz", Entrance.KEY_SET)) {
                    assertThat(gateway.get(excepted).statusCode()).as(excepted).isEqualTo(200);
                }
            }
            assertThat(gateway.management("/operator/routes")).startsWith("HTTP/1.1 200");
        } finally {
            busy.set(false);
        }
    }

    /// Always late by more than is bearable.
    private static void keepBusy(EventExecutor loop, AtomicBoolean busy) {
        if (busy.get()) {
            LockSupport.parkNanos(Duration.ofMillis(15).toNanos());
            loop.execute(() -> keepBusy(loop, busy));
        }
    }
}
