package dev.gatehouse.auth;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

final class ManagementIT {

    private final AuthServer server = AuthServer.shared();

    @ParameterizedTest
    @CsvSource({"/actuator/health/liveness, UP", "/actuator/health/readiness, UP",
            "/actuator/prometheus, gatehouse_refresh_total", "/actuator/prometheus, hikaricp_connections",
            "/actuator/prometheus, gatehouse_hashing_waiting", "/actuator/prometheus, auth_outbox_oldest_seconds"})
    void showsHealthAndMetrics(String path, String expected) throws Exception {
        server.post("/auth/refresh", AuthServer.refresh(server.someone().refreshToken()));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.managementPort() + path)).build();

        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, BodyHandlers.ofString()).body()).contains(expected);
        }
    }
}
