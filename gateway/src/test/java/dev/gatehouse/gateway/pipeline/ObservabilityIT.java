package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// What can be seen of requests from outside: spans, metrics, the access log.
class ObservabilityIT {

    private static final String CALLERS_SPAN = "b7ad6b7169203331";
    private static final TestUpstream UPSTREAM = TestUpstream.start();
    private static final SocketUpstream STILL = SocketUpstream.start(_ -> "");
    private static final TestCollector COLLECTOR = TestCollector.start();
    private static int port;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        port = closedPort();
        gateway = TestGateway.start("""
                version: 1
                issuers: { none: { issuer: "https://none.example", jwks: "http://127.0.0.1:%3$d", audiences: [a] } }
                upstreams:
                  half: { balance: round-robin, instances: [{ url: "%2$s" }, { url: "http://127.0.0.1:%3$d" }] }
                  other: { balance: round-robin, instances: [{ url: "%2$s" }, { url: "http://127.0.0.1:%3$d" }] }
                routes:
                  - id: things
                    match: { path: "/things/**" }
                    upstream: %1$s
                    access: public
                    limits: [{ name: plenty, per: ip, requests: 1000000, every: 1s }]
                  - { id: half, match: { path: /half }, upstream: half, access: public, retries: idempotent }
                  - { id: other, match: { path: /other }, upstream: other, access: public, retries: idempotent }
                  - { id: dead, match: { path: /dead }, upstream: "http://127.0.0.1:%3$d", access: public, retries: never }
                  - { id: broken, match: { path: /broken }, upstream: "http://localhost:%3$d", access: public, retries: never }
                  - { id: upload, match: { path: /half-upload }, upstream: "%4$s", access: public }
                  - { id: private, match: { path: /private }, upstream: %1$s, access: signed-in }
                  - id: few
                    match: { path: /few }
                    upstream: %1$s
                    access: public
                    limits: [{ name: one, per: route, requests: 1, every: 1h }]
                """.formatted(UPSTREAM.url(), UPSTREAM.url(), port, STILL.url()),
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", COLLECTOR.url() + "/", "OTEL_EXPORTER_OTLP_HEADERS", "X-Key=of the test",
                        "GATEHOUSE_TRUSTED_PROXIES", "127.0.0.0/8"));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        STILL.close();
        COLLECTOR.close();
        UPSTREAM.close();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String traceparent(String traceId, String flags) {
        return "00-" + traceId + "-" + CALLERS_SPAN + "-" + flags;
    }

    private static Map<String, Span> byName(List<Span> spans) {
        return spans.stream().collect(Collectors.toMap(Span::getName, Function.identity()));
    }

    private static Map<String, String> attributes(Span span) {
        return span.getAttributesList().stream().collect(Collectors.toMap(KeyValue::getKey,
                attribute -> attribute.getValue().hasIntValue()
                        ? Long.toString(attribute.getValue().getIntValue())
                        : attribute.getValue().getStringValue()));
    }

    @Test
    void tellsOfARequestAsOneSpanAndItsSteps() throws Exception {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        gateway.get("/things/7?secret=query", "traceparent", traceparent(trace, "01"), "Authorization", "Bearer secret-token");

        List<Span> spans = COLLECTOR.of(trace);
        Map<String, Span> named = byName(spans);
        assertThat(named).containsOnlyKeys("GET things", "authenticate", "limit", "upstream");
        Span request = named.get("GET things");
        assertThat(TestCollector.hex(request.getParentSpanId())).isEqualTo(CALLERS_SPAN);
        assertThat(List.of(named.get("authenticate"), named.get("limit"), named.get("upstream")))
                .allSatisfy(step -> {
                    assertThat(step.getParentSpanId()).isEqualTo(request.getSpanId());
                    assertThat(step.getStartTimeUnixNano()).isGreaterThanOrEqualTo(request.getStartTimeUnixNano());
                    assertThat(step.getEndTimeUnixNano()).isBetween(step.getStartTimeUnixNano(), request.getEndTimeUnixNano());
                });
        assertThat(attributes(request)).containsEntry("http.request.method", "GET").containsEntry("url.path", "/things/7")
                .containsEntry("http.response.status_code", "200").containsEntry("gatehouse.route", "things")
                .containsEntry("client.address", "127.0.0.1");
        assertThat(spans.toString()).doesNotContain("secret");
        assertThat(COLLECTOR.keys()).contains("of the test");
    }

    @Test
    void letsBackendsHangTheirSpansBelowItsOwn() throws Exception {
        String trace = "1af7651916cd43dd8448eb211c80319c";
        gateway.get("/things/below", "traceparent", traceparent(trace, "01"), "tracestate", "other=1");

        Span upstream = byName(COLLECTOR.of(trace)).get("upstream");
        TestUpstream.Received received = received("/things/below");
        assertThat(received.all("traceparent"))
                .containsExactly("00-" + trace + "-" + TestCollector.hex(upstream.getSpanId()) + "-01");
        assertThat(received.all("tracestate")).containsExactly("other=1");
        assertThat(attributes(upstream)).containsEntry("server.address", "127.0.0.1")
                .containsEntry("server.port", Integer.toString(URI.create(UPSTREAM.url()).getPort()));
    }

    private static TestUpstream.Received received(String target) {
        while (true) {
            TestUpstream.Received next = UPSTREAM.next();
            if (next.target().equals(target)) {
                return next;
            }
        }
    }

    @Test
    void beginsATraceWhereNobodyElseHas() throws Exception {
        gateway.get("/things/first");

        String[] told = received("/things/first").all("traceparent").getFirst().split("-", -1);
        assertThat(byName(COLLECTOR.of(told[1])).get("GET things").getParentSpanId().isEmpty()).isTrue();
    }

    @Test
    void leavesOutWhatTheCallerDoesNotRecord() throws Exception {
        String trace = "2af7651916cd43dd8448eb211c80319c";
        gateway.get("/things/quiet", "traceparent", traceparent(trace, "00"));
        String later = "3af7651916cd43dd8448eb211c80319c";
        gateway.get("/things/loud", "traceparent", traceparent(later, "01"));

        COLLECTOR.of(later);
        assertThat(COLLECTOR.knows(trace)).isFalse();
        assertThat(received("/things/quiet").all("traceparent").getFirst()).startsWith("00-" + trace).endsWith("-00");
    }

    @Test
    void tellsOfARefusalWithItsCodeAndWithoutAnUpstream() throws Exception {
        String trace = "4af7651916cd43dd8448eb211c80319c";
        gateway.send(gateway.request("/nowhere").header("traceparent", traceparent(trace, "01")).method("BREW",
                BodyPublishers.noBody()));

        Map<String, Span> named = byName(COLLECTOR.of(trace));
        assertThat(named).containsOnlyKeys("HTTP");
        assertThat(attributes(named.get("HTTP"))).containsEntry("error.type", "route.none")
                .containsEntry("http.request.method", "_OTHER");
    }

    @Test
    void tellsWhichStepHasRefused() throws Exception {
        String unknown = "7af7651916cd43dd8448eb211c80319c";
        gateway.get("/private", "traceparent", traceparent(unknown, "01"), "Authorization", "Bearer no-token");
        String limited = "8af7651916cd43dd8448eb211c80319c";
        gateway.get("/few");
        assertThat(gateway.get("/few", "traceparent", traceparent(limited, "01")).statusCode()).isEqualTo(429);

        Map<String, Span> refused = byName(COLLECTOR.of(unknown));
        assertThat(refused).containsOnlyKeys("GET private", "authenticate");
        assertThat(attributes(refused.get("authenticate"))).containsEntry("error.type", "auth.invalid");
        refused = byName(COLLECTOR.of(limited));
        assertThat(refused).containsOnlyKeys("GET few", "authenticate", "limit");
        assertThat(attributes(refused.get("authenticate"))).doesNotContainKey("error.type");
        assertThat(attributes(refused.get("limit"))).containsEntry("error.type", "limit.exceeded");
    }

    @Test
    void tellsThatAnUpstreamFailed() throws Exception {
        String trace = "5af7651916cd43dd8448eb211c80319c";
        assertThat(gateway.get("/dead", "traceparent", traceparent(trace, "01")).statusCode()).isEqualTo(502);

        Span upstream = byName(COLLECTOR.of(trace)).get("upstream");
        assertThat(attributes(upstream)).containsEntry("error.type", "upstream.unreachable");
        assertThat(upstream.getStatus().getCode().name()).isEqualTo("STATUS_CODE_ERROR");
    }

    @Test
    void logsAttemptsTimesSizesAndTheTrace() throws Exception {
        String trace = "6af7651916cd43dd8448eb211c80319c";
        try (AccessLines log = AccessLines.listen()) {
            gateway.get("/other", "traceparent", traceparent(trace, "01"));
            gateway.get("/other", "traceparent", traceparent(trace, "01"));
            gateway.send(gateway.request("/things/upload").POST(BodyPublishers.ofString("four")));

            List<String> lines = log.atLeast(3);
            assertThat(lines.subList(0, 2)).anyMatch(line -> line.contains("\"attempts\":2"))
                    .allMatch(line -> line.contains("\"trace\":\"" + trace + "\"") && line.contains("\"upstreamMicros\":")
                            && line.contains("\"bytesSent\":5"));
            assertThat(lines.get(2)).contains("\"bytesReceived\":4", "\"upstream\":\"" + UPSTREAM.url() + "\"");
        }
    }

    @Test
    void logsWhatCameOfAnUploadThatBrokeOff() throws Exception {
        try (AccessLines log = AccessLines.listen()) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
                client.getOutputStream().write("POST /half-upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nfour"
                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(STILL.next().socket().getInputStream().readNBytes(4)).hasSize(4);
            }

            assertThat(log.atLeast("/half-upload", 1).getFirst()).containsPattern("\"bytesReceived\":4\\b");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gatehouse_requests_seconds_count{code=\"\",route=\"things\",status=\"200\"}",
            "gatehouse_gateway_time_seconds_bucket{route=\"things\",le=\"0.005\"}",
            "gatehouse_upstream_time_seconds_bucket{route=\"things\",le=\"0.005\"}",
            "gatehouse_gateway_time_seconds_bucket{route=\"dead\",le=\"30.0\"}",
            "gatehouse_upstream_attempts_total{instance=",
            "gatehouse_upstream_in_service{upstream=\"half\"}", "gatehouse_upstream_connections{state=\"active\"}",
            "gatehouse_upstream_queue", "gatehouse_upstreams_open", "gatehouse_limiter_decisions_total{",
            "gatehouse_limiter_shared",
            "gatehouse_event_loop_delay_seconds", "gatehouse_revocations_lag_seconds", "gatehouse_issuers_keys_age_seconds",
            "gatehouse_routes_reloads_total{result=\"bad\"}", "gatehouse_tokens_total{result=\"remembered\"}"})
    void countsIt(String series) throws Exception {
        gateway.get("/things/metrics");
        gateway.get("/dead");
        gateway.get("/half");

        assertThat(metrics()).contains("\n" + series);
    }

    @Test
    void tellsWhoseBreakerIsOpen() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(gateway.get("/broken").statusCode()).isEqualTo(502);
        }

        assertThat(metrics()).containsPattern("\ngatehouse_upstream_breaker\\{instance=\"http://localhost:" + port
                + "\",upstream=\"http://localhost:" + port + "\"} 1\\.0\n").contains("\ngatehouse_upstreams_open 1.0");
    }

    @Test
    void takesNoLabelFromARequest() throws Exception {
        gateway.send(gateway.request("/things/label-of-mine?label-of-mine").header("X-Label", "label-of-mine")
                .method("LABELOFMINE", BodyPublishers.noBody()));

        assertThat(metrics()).doesNotContainIgnoringCase("label-of-mine").doesNotContainIgnoringCase("labelofmine");
    }

    private static String metrics() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + "/actuator/prometheus"))
                            .build(),
                    BodyHandlers.ofString()).body();
        }
    }
}
