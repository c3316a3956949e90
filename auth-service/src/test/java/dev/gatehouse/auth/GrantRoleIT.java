package dev.gatehouse.auth;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.account.GrantRole;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("slow")
final class GrantRoleIT {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void putsTheRoleIntoTheNextToken() {
        Map<String, String> environment = AuthServer.environment();
        try (AuthServer server = AuthServer.start(environment)) {
            var someone = server.someone();

            int exit = run(environment, someone.name(), "admin");
            run(environment, someone.name(), "admin");

            assertThat(exit).isZero();
            var answer = server.post("/auth/refresh", AuthServer.refresh(someone.refreshToken()));
            assertThat(answer.json().path("user").path("roles").toString()).isEqualTo("[\"user\",\"admin\"]");
            assertThat(answer.json().path("user").path("is_admin").asBoolean()).isTrue();
        }
    }

    @Test
    void tellsWhatIsWrong() {
        Map<String, String> environment = AuthServer.environment();

        assertThat(run(environment, "nobody_here")).isEqualTo(2);
        assertThat(run(environment, "nobody_here", "Ad min")).isEqualTo(2);
        assertThat(run(Map.of(), "nobody_here", "admin")).isEqualTo(1);
        assertThat(run(environment, "nobody_here", "admin")).as("no tables yet").isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("usage: grant-role USERNAME ROLE", "ROLE: is not a role",
                "DATABASE_URL: is not set", "never migrated");
    }

    @Test
    void tellsThatThereIsNoSuchUser() {
        Map<String, String> environment = AuthServer.environment();
        AuthServer.start(environment).close();

        assertThat(run(environment, "nobody_here", "admin")).isEqualTo(1);
        assertThat(run(environment, "nobody_here", "invented")).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("there is no user nobody_here", "there is no role invented");
    }

    private int run(Map<String, String> environment, String... arguments) {
        return GrantRole.run(List.of(arguments), environment, new PrintStream(out, true, StandardCharsets.UTF_8));
    }
}
