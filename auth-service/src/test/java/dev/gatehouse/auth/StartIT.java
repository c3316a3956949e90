package dev.gatehouse.auth;

import java.time.Duration;
import java.util.Base64;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.gatehouse.auth.database.StartRefused;
import dev.gatehouse.auth.settings.DatabaseUrl;
import dev.gatehouse.devservices.Postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Tag("slow")
final class StartIT {

    @Test
    void refusesAKeyEncryptionKeyThatDoesNotFit() {
        Map<String, String> environment = AuthServer.environment();
        AuthServer.start(environment).close();
        byte[] other = new byte[32];
        other[0] = 1;
        environment.put("GATEHOUSE_KEK", Base64.getEncoder().encodeToString(other));

        assertThatThrownBy(() -> AuthServer.start(environment)).hasRootCauseInstanceOf(StartRefused.class)
                .rootCause().hasMessageStartingWith("GATEHOUSE_KEK: does not open");
    }

    @Test
    void refusesAPasswordThatTheDatabaseRefuses() {
        Map<String, String> environment = AuthServer.environment();
        environment.computeIfPresent("DATABASE_URL", (_, url) -> url.replaceFirst(":[^:@/]+@", ":wrong@"));

        assertThatThrownBy(() -> AuthServer.start(environment)).rootCause().hasMessageStartingWith("DATABASE_URL: ")
                .hasMessageNotContaining("wrong");
    }

    @Test
    void refusesASchemaThatIsNotItsOwn() {
        Map<String, String> environment = AuthServer.environment();
        DatabaseUrl url = DatabaseUrl.parse(environment.get("DATABASE_URL"));
        JdbcClient.create(new DriverManagerDataSource(url.jdbcUrl(), url.properties())).sql("CREATE TABLE account ()").update();

        assertThatThrownBy(() -> AuthServer.start(environment)).rootCause()
                .hasMessageStartingWith("DATABASE_URL: the schema at ");
    }

    @Test
    void refusesARedisUrlThatCannotBeRead() {
        Map<String, String> environment = AuthServer.environment();
        environment.put("REDIS_URL", "redis://ho[st");

        assertThatThrownBy(() -> AuthServer.start(environment)).hasMessageContaining("REDIS_URL: is not a Redis URL");
    }

    @Test
    void takesItsKeysUpAgain() {
        Map<String, String> environment = AuthServer.environment();
        String before;
        try (AuthServer server = AuthServer.start(environment)) {
            before = server.get("/.well-known/jwks.json").response().body();
        }
        try (AuthServer server = AuthServer.start(environment)) {
            assertThat(server.get("/.well-known/jwks.json").response().body()).isEqualTo(before);
        }
    }

    @Test
    void startsWithoutADatabaseAndServesOnceItIsThere() {
        try (Postgres postgres = Postgres.temporary()) {
            Map<String, String> environment = AuthServer.environment();
            environment.put("DATABASE_URL", postgres.url());
            postgres.kill();
            try (AuthServer server = AuthServer.start(environment)) {
                assertThat(server.get("/auth/health").status()).isEqualTo(503);
                assertThat(server.get("/.well-known/jwks.json").problem()).isEqualTo("503 service.unavailable");
                assertThat(server.post("/auth/login", AuthServer.login("someone", "some password")).problem())
                        .isEqualTo("503 service.unavailable");

                postgres.restart();

                await().atMost(Duration.ofSeconds(60)).until(() -> server.get("/auth/health").status() == 200);
                await().atMost(Duration.ofSeconds(60)).until(() -> server.get("/.well-known/jwks.json").status() == 200);
                assertThat(server.someone().accessToken()).isNotEmpty();
            }
        }
    }

    @Test
    void worksWithoutRedis() {
        Map<String, String> environment = AuthServer.environment();
        environment.remove("REDIS_URL");
        try (AuthServer server = AuthServer.start(environment)) {
            assertThat(server.postEmpty("/auth/logout", server.someone().bearer()).status()).isEqualTo(204);
            assertThat(server.get("/auth/health").json().path("redis").asString()).isEqualTo("off");
        }
    }
}
