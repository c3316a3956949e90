package dev.gatehouse.auth;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.auth.AuthServer.Answer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.Postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Tag("slow")
final class DatabaseFaultsIT {

    // Two seconds are promised; the rest is for a machine that is busy with other things.
    private static final Duration SOON = Duration.ofSeconds(4);

    private static Postgres postgres;
    private static AuthServer server;

    private SignedIn someone;

    @BeforeAll
    static void start(@TempDir Path folder) {
        // Not a temporary one: those may forget the last moments before a kill.
        postgres = Postgres.at(folder, FreePorts.next());
        Map<String, String> environment = AuthServer.environment();
        environment.put("DATABASE_URL", postgres.url());
        server = AuthServer.start(environment);
    }

    @AfterAll
    static void stop() {
        server.close();
        postgres.close();
    }

    @BeforeEach
    void signIn() {
        await().atMost(Duration.ofSeconds(60)).until(() -> server.get("/auth/health").status() == 200);
        someone = server.someone();
    }

    @AfterEach
    void mend() {
        postgres.restart();
    }

    @Test
    void answers503WhileTheDatabaseIsDeadAndRecoversByItself() {
        postgres.kill();

        assertUnavailable(() -> server.get("/auth/me", someone.bearer()));
        assertUnavailable(() -> server.post("/auth/login", AuthServer.login(someone.name(), AuthServer.PASSWORD)));
        assertUnavailable(() -> server.post("/auth/refresh", AuthServer.refresh(someone.refreshToken())));
        assertUnavailable(() -> server.postEmpty("/auth/logout", someone.bearer()));
        assertThat(server.get("/auth/health").json().toString())
                .isEqualTo("{\"status\":\"down\",\"database\":\"down\",\"redis\":\"up\",\"broker\":\"off\"}");
        assertThat(server.get("/.well-known/jwks.json").status()).as("keys need no database").isEqualTo(200);

        postgres.restart();
        await().atMost(Duration.ofSeconds(60)).until(() -> server.get("/auth/health").status() == 200);
        assertThat(server.get("/auth/me", someone.bearer()).status()).isEqualTo(200);
        assertThat(server.post("/auth/refresh", AuthServer.refresh(someone.refreshToken())).status()).isEqualTo(200);
    }

    @Test
    void answers503WhileTheDatabaseHangsAndRecoversByItself() {
        postgres.pause();
        try {
            assertUnavailable(() -> server.get("/auth/me", someone.bearer()));
            assertUnavailable(() -> server.get("/auth/me", someone.bearer()));
            assertThat(server.get("/auth/health").status()).isEqualTo(503);
        } finally {
            postgres.resume();
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> server.get("/auth/health").status() == 200);
        assertThat(server.get("/auth/me", someone.bearer()).status()).isEqualTo(200);
    }

    private static void assertUnavailable(Supplier<Answer> request) {
        long start = System.nanoTime();
        Answer answer = request.get();
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(answer.problem()).isEqualTo("503 service.unavailable");
        assertThat(answer.header("Retry-After")).isEqualTo("2");
        assertThat(took).isLessThan(SOON);
    }
}
