package dev.gatehouse.gateway.authentication.keys;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class KeySourceTests {

    static Stream<Arguments> failures() {
        return Stream.of(arguments(new KeySource.Failure("no such file"), "no such file"),
                arguments(new CompletionException(new CompletionException(new KeySource.Failure("status 500"))), "status 500"),
                arguments(new CompletionException("nobody knows", null), "failed (CompletionException)"),
                arguments(new TimeoutException(), "no answer in time"),
                arguments(new HttpTimeoutException("secret"), "no answer in time"),
                arguments(new HttpConnectTimeoutException("secret"), "no answer in time"),
                arguments(new ConnectException("secret"), "no connection"),
                arguments(new IOException("body exceeds capacity: 524288"), "longer than 512 KiB"),
                arguments(new IOException("secret"), "broken answer (IOException)"),
                arguments(new IllegalStateException("secret"), "failed (IllegalStateException)"), arguments(null, "failed ()"));
    }

    @ParameterizedTest
    @MethodSource
    void failures(Throwable failure, String reason) {
        assertThat(KeySource.Failure.reason(failure)).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({"https://id.example/keys, PT30S", "http://127.0.0.1/keys, PT30S", "file:keys.json, PT1S"})
    void addressTellsTheKindOfSource(URI jwks, String longestPause) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(KeySource.of(jwks, client, Runnable::run).longestPause()).hasToString(longestPause);
        }
    }

    @Test
    void thereIsNoOtherKind() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> KeySource.of(URI.create("ftp://id.example/keys"), client, Runnable::run))
                    .withMessageContaining("expected: https:, http: or file:");
        }
    }
}
