package dev.gatehouse.gateway.grpc;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// The fields of a call.
class GrpcCallTests {

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc", "application/grpc+proto", "Application/GRPC", "application/grpc; a=b"})
    void calls(String type) {
        assertThat(GrpcCall.isCall(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "application/json", "application/grpc-web", "application/grpc-web+proto", "application/grpcs"})
    void noCalls(String type) {
        assertThat(GrpcCall.isCall(type)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1H, PT1H", "2M, PT2M", "3S, PT3S", "250m, PT0.25S", "5u, PT0.000005S", "7n, PT0.000000007S", "0S, PT0S",
            "99999999H, P365D"})
    void readsHowLongACallerWaits(String field, Duration timeout) {
        assertThat(GrpcCall.timeout(field)).hasValue(timeout);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S", "1", "1s", "-1S", "1.5S", "123456789S", " 1S", "1S "})
    void readsNothingElse(String field) {
        assertThat(GrpcCall.timeout(field)).isEmpty();
    }
}
