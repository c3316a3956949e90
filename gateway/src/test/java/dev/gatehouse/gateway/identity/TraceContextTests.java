package dev.gatehouse.gateway.identity;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TraceContextTests {

    private static final String TOLD = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

    @ParameterizedTest
    @CsvSource({"00, false", "01, true", "02, false", "03, true", "fe, false", "ff, true"})
    void isRecordedByTheLastBitOfItsFlags(String flags, boolean sampled) {
        assertThat(new TraceContext(TOLD + flags, true, "").isSampled()).isEqualTo(sampled);
    }

    @Test
    void namesTraceAndSpan() {
        TraceContext trace = new TraceContext(TOLD + "01", true, "");

        assertThat(trace.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(trace.spanId()).isEqualTo("b7ad6b7169203331");
    }

    @Test
    void ownSpanStandsBelowTheCallers() {
        TraceContext trace = TraceContext.settle(List.of(TOLD + "01"), new SpanPolicy(true, 0), () -> 0x1234);

        assertThat(trace)
                .isEqualTo(new TraceContext("00-0af7651916cd43dd8448eb211c80319c-0000000000001234-01", true, "b7ad6b7169203331"));
    }

    /// W3C Trace Context §3.2.2: ids of zeros are none.
    @Test
    void neverNamesAnythingZero() {
        assertThat(TraceContext.settle(List.of(), SpanPolicy.NONE, () -> 0).traceparent())
                .isEqualTo("00-00000000000000000000000000000001-0000000000000001-01");
        assertThat(TraceContext.settle(List.of(), SpanPolicy.NONE, () -> -1).traceparent())
                .isEqualTo("00-" + "f".repeat(48).replaceFirst("(.{32})", "$1-") + "-01");
    }

    @ParameterizedTest
    @CsvSource({"0, 0, true", "0, 1, false", "0, -1, false", "0.5, 1, true", "0.5, 0x3fffffffffffffff, true",
            "0.5, 0x4000000000000000, true",
            "0.5, 0x5000000000000000, false", "0.5, 0x7fffffffffffffff, false", "1, 0x7fffffffffffffff, true", "1, -1, true",
            "0.5, -0x7fffffffffffffff, true", "0.5, -1, false"})
    void samplesItsShareByTheTracesId(double share, String low, boolean sampled) {
        assertThat(new SpanPolicy(true, share).samples(Long.decode(low))).isEqualTo(sampled);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesWhatIsNoShare(double share) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SpanPolicy(true, share)).withMessageContaining("share");
    }
}
