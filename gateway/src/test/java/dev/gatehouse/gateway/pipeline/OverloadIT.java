package dev.gatehouse.gateway.pipeline;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.routes.Entrance;

import static org.assertj.core.api.Assertions.assertThat;

/// A gateway whose event loops cannot keep up.
@Tag("slow")
class OverloadIT {

    @Test
    void refusesSomeRequestsAtOnceAndNeverAProbe() throws Exception {
        try (TestUpstream upstream = TestUpstream.start();
                TestGateway gateway = TestGateway.start(
                        "version: 1\nroutes:\n  - { id: a, match: { path: /a }, upstream: '" + upstream.url()
                                + "', access: public }\n",
                        Map.of("GATEHOUSE_SHED_DELAY", "10ms"))) {
            assertThat(gateway.get("/a").statusCode()).isEqualTo(200);
            try (BusyLoops _ = BusyLoops.start()) {
                HttpResponse<String> answer = gateway.get("/a");
                long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
                while (answer.statusCode() == 200 && System.nanoTime() < deadline) {
                    answer = gateway.get("/a");
                }
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).contains("gateway.overloaded");
                assertThat(answer.headers().firstValue("Retry-After")).contains("1");
                for (int i = 0; i < 5; i++) {
                    for (String excepted : List.of("/livez", "/readyz", "/readyz?verbose", Entrance.KEY_SET)) {
                        assertThat(gateway.get(excepted).statusCode()).as(excepted).isEqualTo(200);
                    }
                }
                assertThat(gateway.management("/operator/routes")).startsWith("HTTP/1.1 200");
            }
        }
    }
}
