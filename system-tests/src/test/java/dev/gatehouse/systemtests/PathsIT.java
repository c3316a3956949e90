package dev.gatehouse.systemtests;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.systemtests.harness.Account;
import dev.gatehouse.systemtests.harness.Answer;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Program;

import static org.assertj.core.api.Assertions.assertThat;

/// The shipped routes, from outside.
@Tag("slow")
class PathsIT {

    private final Gatehouse gatehouse = Gatehouse.shared();
    private final Client client = gatehouse.first().client();

    @ParameterizedTest
    @ValueSource(strings = {"/me", "/profile", "/auth/profile", "/api/auth/profile"})
    void olderPathTellsTheSameOfTheUser(String path) {
        Account.Tokens alice = Account.signUp(client);

        Answer answer = client.get(path, alice.access());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json()).isEqualTo(client.get("/auth/me", alice.access()).json());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/auth", "/api/auth"})
    void registersAndSignsInOnEveryPath(String prefix) {
        String username = "old" + System.nanoTime();
        Map<String, String> body = Map.of("username", username, "email", username + "@example.com", "password",
                "correct horse battery");

        assertThat(client.post(prefix + "/register", body).status()).isEqualTo(201);
        Answer login = client.post(prefix + "/login", Map.of("username", username, "password", "correct horse battery"));

        assertThat(login.status()).isEqualTo(200);
        assertThat(client.get("/api/hello", login.text("token")).status()).isEqualTo(200);
        assertThat(client.post(prefix + "/logout", login.text("token")).status()).isEqualTo(204);
    }

    @Test
    void olderPathsRefreshVerifyAndTellHealth() {
        Account.Tokens alice = Account.signUp(client);

        assertThat(client.post("/refresh", Map.of("refresh_token", alice.refresh())).status()).isEqualTo(200);
        assertThat(client.get("/api/auth/verify-token", alice.access()).json().path("valid").asBoolean()).isTrue();
        assertThat(client.get("/api/auth/auth-server-health").status()).isEqualTo(200);
    }

    @Test
    void withoutTokenOnlyPublicPathsAnswer() {
        assertThat(client.get("/public/news").status()).isEqualTo(200);
        assertThat(client.get("/").status()).isEqualTo(200);
        for (String path : List.of("/api/hello", "/api/admin/users", "/auth/admin/users", "/auth/me")) {
            assertThat(client.get(path).verdict()).as(path).isEqualTo("401 auth.missing");
        }
        assertThat(client.get("/nowhere").verdict()).isEqualTo("404 route.none");
        assertThat(client.get("/api/hello", "not.a.token").verdict()).isEqualTo("401 auth.invalid");
    }

    @Test
    void grantedRoleOpensAdminPathsFromTheNextRefreshOn() {
        Account.Tokens root = Account.signUp(client);
        assertThat(client.get("/api/admin/users", root.access()).verdict()).isEqualTo("403 access.denied");

        try (Program grant = Gatehouse.authCommand(List.of("grant-role", root.account().username(), "admin"),
                Map.of("DATABASE_URL", gatehouse.authSettings().get("DATABASE_URL")))) {
            assertThat(grant.exitStatus()).as(grant.output()).isZero();
        }

        assertThat(client.get("/api/admin/users", root.renew(client).access()).status()).isEqualTo(200);
    }
}
