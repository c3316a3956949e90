package dev.gatehouse.auth.timing;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer;

import static org.assertj.core.api.Assertions.assertThat;

/// An account whose password nobody has used since it came from another system.
final class FailureFloorIT {

    private static final Duration LOWEST = Duration.ofMillis(20);
    // By far more than our own: iterations, and the time that they take at the very least.
    private static final String COSTLY = "pbkdf2:sha256:1000000$saltsaltsaltsalt$" + "ab".repeat(32);
    private static final Duration AT_LEAST = Duration.ofMillis(60);

    @Test
    void learnsFromAWrongPasswordWhatAnAccountOfAnotherSystemCosts() {
        Map<String, String> environment = AuthServer.environment();
        environment.put("GATEHOUSE_LOGIN_FLOOR", LOWEST.toMillis() + "ms");
        try (AuthServer server = AuthServer.start(environment)) {
            FailureFloor floor = server.bean(FailureFloor.class);
            String name = register(server);
            refuse(server, name);
            refuse(server, "nobody_" + name);
            assertThat(floor.left(floor.now())).as("our own hash teaches nothing").isLessThanOrEqualTo(LOWEST);
            server.database().sql("UPDATE account SET password_hash = ? WHERE username_key = ?").params(COSTLY, name).update();

            refuse(server, name);

            Duration learned = floor.left(floor.now());
            assertThat(learned).isGreaterThan(AT_LEAST);
            long start = System.nanoTime();
            refuse(server, "nobody_else_" + name);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as("an unknown user").isGreaterThanOrEqualTo(learned);
        }
    }

    private static String register(AuthServer server) {
        String name = "dormant_" + Long.toString(System.nanoTime(), 36);
        assertThat(server.post("/auth/register", AuthServer.registration(name, name + "@example.com")).status()).isEqualTo(201);
        return name;
    }

    private static void refuse(AuthServer server, String name) {
        assertThat(server.post("/auth/login", AuthServer.login(name, "wrong password")).problem()).isEqualTo("401 login.failed");
    }
}
