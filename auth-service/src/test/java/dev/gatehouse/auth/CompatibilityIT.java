package dev.gatehouse.auth;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;

final class CompatibilityIT {

    private final AuthServer server = AuthServer.shared();

    @ParameterizedTest
    @ValueSource(strings = {"/register", "/api/auth/register"})
    void registersOnOldPaths(String path) {
        String name = "old" + Integer.toHexString(path.hashCode());

        assertThat(server.post(path, AuthServer.registration(name, name + "@example.com")).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/api/auth/login"})
    void signsInOnOldPaths(String path) {
        assertThat(server.post(path, AuthServer.login(server.someone().name(), AuthServer.PASSWORD)).text("token")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/me", "/profile", "/api/auth/profile", "/auth/profile", "/api/auth/verify-token"})
    void answersOnOldPaths(String path) {
        assertThat(server.get(path, server.someone().bearer()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/logout", "/api/auth/logout"})
    void signsOutOnOldPaths(String path) {
        SignedIn someone = server.someone();

        assertThat(server.postEmpty(path, someone.bearer()).status()).isEqualTo(204);
        assertThat(server.get("/me", someone.bearer()).status()).isEqualTo(401);
    }

    @Test
    void refreshesOnTheOldPath() {
        assertThat(server.post("/refresh", AuthServer.refresh(server.someone().refreshToken())).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/auth/health", "/api/auth/auth-server-health"})
    void tellsItsHealth(String path) {
        var answer = server.get(path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().toString())
                .isEqualTo("{\"status\":\"up\",\"database\":\"up\",\"redis\":\"up\",\"broker\":\"off\"}");
    }
}
