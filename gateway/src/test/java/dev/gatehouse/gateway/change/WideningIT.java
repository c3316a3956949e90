package dev.gatehouse.gateway.change;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.pipeline.LogLines;
import dev.gatehouse.gateway.pipeline.RawClient;
import dev.gatehouse.gateway.pipeline.RecordingUpstream;
import dev.gatehouse.gateway.pipeline.TestGateway;
import dev.gatehouse.gateway.reload.RouteWatcher;

import static org.assertj.core.api.Assertions.assertThat;

/// A running gateway whose routes.yml opens to everybody what was for administrators, with `GATEHOUSE_REFUSE_WIDENING` and without.
@Tag("slow")
class WideningIT {

    private static final String WIDER = "route orders became public (was roles any of [admin])";

    @TempDir
    private Path folder;

    @Test
    void refusesWiderRoutesWhereTheSettingSaysSo() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.start();
                TestGateway gateway = start(upstream, Map.of("GATEHOUSE_REFUSE_WIDENING", "true"));
                LogLines log = LogLines.of(RouteWatcher.class)) {
            assertThat(orders(gateway)).startsWith("HTTP/1.1 401 ");
            String before = gateway.management("/operator/routes");

            gateway.rewrite(routes(upstream, "public"));
            await(gateway, "/actuator/prometheus", metrics -> widenings(metrics, "refused") > 0);

            assertThat(orders(gateway)).startsWith("HTTP/1.1 401 ");
            assertThat(upstream.drain()).isEmpty();
            assertThat(gateway.management("/operator/routes")).contains(text(before, "\"sha256\":\"", "\""));
            assertThat(gateway.management("/actuator/health")).startsWith("HTTP/1.1 200 ").contains("\"status\":\"DEGRADED\"",
                    "would widen access: " + WIDER, "GATEHOUSE_REFUSE_WIDENING");
            String metrics = gateway.management("/actuator/prometheus");
            assertThat(widenings(metrics, "refused")).isOne();
            assertThat(widenings(metrics, "used")).isZero();
            assertThat(log.matching(line -> line.startsWith("ERROR") && line.contains(WIDER))).hasSize(1);
            assertThat(log.matching(line -> line.startsWith("WARN") && line.contains("widens access"))).isEmpty();

            gateway.rewrite(routes(upstream, "{ all: [ { roles: [admin] }, { scopes: [orders] } ] }"));
            await(gateway, "/actuator/health", health -> !health.contains("DEGRADED"));
            assertThat(orders(gateway)).startsWith("HTTP/1.1 401 ");
            assertThat(gateway.management("/operator/routes")).contains("orders")
                    .doesNotContain(text(before, "\"sha256\":\"", "\""));
        }
    }

    @Test
    void usesAndTellsWiderRoutesOtherwise() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.start();
                TestGateway gateway = start(upstream, Map.of());
                LogLines log = LogLines.of(RouteWatcher.class)) {
            assertThat(orders(gateway)).startsWith("HTTP/1.1 401 ");
            assertThat(upstream.drain()).isEmpty();

            gateway.rewrite(routes(upstream, "public"));
            await(gateway, "/actuator/prometheus", metrics -> widenings(metrics, "used") > 0);

            assertThat(orders(gateway)).startsWith("HTTP/1.1 200 ");
            assertThat(upstream.drain()).hasSize(1);
            assertThat(gateway.management("/actuator/health")).startsWith("HTTP/1.1 200 ").doesNotContain("would widen");
            String metrics = gateway.management("/actuator/prometheus");
            assertThat(widenings(metrics, "used")).isOne();
            assertThat(widenings(metrics, "refused")).isZero();
            assertThat(Deadline.in(Duration.ofSeconds(20)).await(() -> log
                    .matching(line -> line.startsWith("WARN") && line.contains("widens access") && line.contains(WIDER))
                    .size() == 1)).isTrue();
        }
    }

    private TestGateway start(RecordingUpstream upstream, Map<String, String> settings) throws IOException {
        Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        return TestGateway.start(routes(upstream, "{ roles: [admin] }"), settings);
    }

    private String routes(RecordingUpstream upstream, String access) {
        return """
                version: 1
                issuers:
                  test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], algorithms: [ES256] }
                routes:
                  - { id: orders, match: { path: /orders/** }, upstream: "%s", access: %s }
                """.formatted(folder.resolve("keys.json"), upstream.url(), access);
    }

    private static String orders(TestGateway gateway) throws IOException {
        return RawClient.exchange(gateway.port(), "GET /orders/7 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    private static void await(TestGateway gateway, String path, Predicate<String> wanted) {
        assertThat(Deadline.in(Duration.ofSeconds(30)).await(() -> wanted.test(gateway.management(path))))
                .as(gateway.management(path)).isTrue();
    }

    private static double widenings(String metrics, String result) {
        return Double.parseDouble(text(metrics, "gatehouse_routes_widenings_total{result=\"" + result + "\"} ", "\n"));
    }

    private static String text(String all, String from, String to) {
        int begin = all.indexOf(from) + from.length();
        assertThat(begin).as(all).isGreaterThanOrEqualTo(from.length());
        return all.substring(begin, all.indexOf(to, begin)).strip();
    }
}
