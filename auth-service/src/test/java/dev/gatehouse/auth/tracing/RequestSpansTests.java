package dev.gatehouse.auth.tracing;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.request.Origin;
import dev.gatehouse.auth.request.RequestObserver.Served;
import dev.gatehouse.auth.settings.Secret;
import dev.gatehouse.auth.settings.Settings;

import static org.assertj.core.api.Assertions.assertThat;

final class RequestSpansTests {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

    private final TestCollector collector = new TestCollector();

    @AfterEach
    void stop() {
        collector.close();
    }

    @Test
    void tellWhatEndpointAnsweredHowAndForHowLong() {
        tell(0, served("00-" + TRACE + "-b7ad6b7169203331-01", Optional.of("/auth/login"), 401, "auth.invalid"));

        Span span = collector.of(TRACE).getFirst();
        assertThat(span.getName()).isEqualTo("POST /auth/login");
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(TestCollector.hex(span.getParentSpanId())).isEqualTo("b7ad6b7169203331");
        assertThat(TestCollector.attributes(span)).isEqualTo(Map.of("http.request.method", "POST", "http.route", "/auth/login",
                "http.response.status_code", "401", "error.type", "auth.invalid", "client.address", "192.0.2.7",
                "gatehouse.request_id", "request-0007"));
        assertThat(span.getEndTimeUnixNano() - span.getStartTimeUnixNano()).isEqualTo(Duration.ofMillis(35).toNanos());
        assertThat(span.getEndTimeUnixNano()).isEqualTo(Duration.ofSeconds(NOON.instant().getEpochSecond()).toNanos());
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
    }

    @Test
    void areNotMadeBelowATraceThatIsNotRecorded() {
        tell(1, served("00-" + TRACE + "-b7ad6b7169203331-00", Optional.of("/auth/login"), 200, ""));

        assertThat(collector.all()).isEmpty();
    }

    @Test
    void beginATraceWhereNoneCame() {
        tell(1, served("", Optional.empty(), 404, "route.none"));

        Span span = collector.all().getFirst();
        assertThat(span.getName()).isEqualTo("POST");
        assertThat(span.getParentSpanId().isEmpty()).isTrue();
        assertThat(TestCollector.attributes(span)).doesNotContainKey("http.route");
    }

    @Test
    void beginOnlyTheShareOfTracesThatIsSet() {
        tell(0, served("", Optional.of("/auth/login"), 200, ""));

        assertThat(collector.all()).isEmpty();
    }

    @Test
    void failWhereTheServiceFailed() {
        tell(1, served("", Optional.of("/auth/login"), 503, "service.unavailable"));

        assertThat(collector.all().getFirst().getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
    }

    @Test
    void comeWithTheFieldsThatTheEndpointAsksFor() {
        tell(1, served("", Optional.of("/auth/login"), 200, ""));

        assertThat(collector.keys()).containsExactly("hunter2");
    }

    private void tell(double share, Served served) {
        Settings.Tracing settings = new Settings.Tracing(Optional.of(URI.create(collector.url() + "/v1/traces")),
                Map.of("X-Key", Secret.of("hunter2".getBytes(StandardCharsets.UTF_8))), share, "gatehouse-auth");
        // Closing sends what is left, and waits for the answer.
        try (RequestSpans spans = RequestSpans.to(settings, NOON, Duration.ofSeconds(30))) {
            spans.ended(served);
        }
    }

    private static Served served(String traceparent, Optional<String> route, int status, String code) {
        Origin origin = new Origin("192.0.2.7", "Curious/1.0", "request-0007",
                Optional.of(traceparent).filter(text -> !text.isEmpty()));
        return new Served("POST", route, status, Optional.of(code).filter(text -> !text.isEmpty()), origin,
                Duration.ofMillis(35));
    }
}
