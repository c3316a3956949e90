package dev.gatehouse.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

final class DeletionGraceIT {

    @Test
    void isAsLongAsTheOperatorSays() {
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_DELETION_GRACE", "3d");
        try (AuthServer server = AuthServer.start(environment)) {
            Answer deletion = server.send("DELETE", "/auth/account", AuthServer.json("password", AuthServer.PASSWORD),
                    server.someone().bearer());

            Instant due = server.database().sql("SELECT deletion_due_at FROM account")
                    .query((row, _) -> row.getTimestamp(1).toInstant()).single();
            assertThat(due).isCloseTo(Instant.now().plus(Duration.ofDays(3)), within(Duration.ofMinutes(1)))
                    .isEqualTo(Instant.parse(deletion.text("deletion_due_at")));
        }
    }
}
