package dev.gatehouse.auth;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.keys.JwksReaders;
import dev.gatehouse.auth.keys.rotation.KeysCommand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

final class KeysIT {

    private static final Map<String, String> ENVIRONMENT = AuthServer.environment();
    private static final AuthServer SERVER = AuthServer.start(ENVIRONMENT);

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static String command(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        KeysCommand.run(List.of(arguments), ENVIRONMENT, new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static int exit(String command) {
        return KeysCommand.run(List.of(command), ENVIRONMENT,
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    }

    @Test
    void publishesTheKeyThatSignsAndTheNextForFifteenMinutes() {
        var answer = SERVER.get("/.well-known/jwks.json");

        assertThat(answer.header("Cache-Control")).isEqualTo("max-age=900, public");
        assertThat(answer.json().path("keys")).hasSize(2)
                .allSatisfy(key -> assertThat(key.propertyNames()).containsExactlyInAnyOrder("kty", "use", "crv", "kid", "x", "y",
                        "alg"));
    }

    @Test
    void remembersWhoHasReadTheNextKey() {
        SERVER.get("/.well-known/jwks.json"); // as other tests read it, perhaps before they exchanged the keys
        SERVER.get("/.well-known/jwks.json", "User-Agent", "edge/1");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(command("rehearse")).contains("knows the next key", "edge/1",
                        " 0 of them"));

        SERVER.database().sql("UPDATE jwks_reader SET next_kid = 'another'").update();

        assertThat(command("rehearse")).contains("does not know it").doesNotContain(" 0 of them");
    }

    @Test
    void rehearsesWithoutListeningToStrangers() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> { // until other tests' new keys are those that are published
            SERVER.bean(JwksReaders.class).flush(); // what other tests have read
            SERVER.database().sql("DELETE FROM jwks_reader").update();
            SERVER.get("/.well-known/jwks.json", "User-Agent", "edge/2");
            SERVER.get("/.well-known/jwks.json", "User-Agent", "stranger/1", "X-Forwarded-For", "203.0.113.5");
            SERVER.bean(JwksReaders.class).flush();
            assertThat(exit("rehearse")).isZero();
        });

        SERVER.database().sql("UPDATE jwks_reader SET next_kid = 'another' WHERE agent = 'stranger/1'").update();
        assertThat(command("rehearse")).contains("stranger/1", "does not know it", "through a gateway  203.0.113.5",
                " 0 of them");
        assertThat(exit("rehearse")).as("a stranger does not know it").isZero();

        SERVER.database().sql("UPDATE jwks_reader SET next_kid = 'another' WHERE agent = 'edge/2'").update();
        SERVER.get("/.well-known/jwks.json", "User-Agent", "edge/2", "X-Forwarded-For", "127.0.0.1");
        SERVER.bean(JwksReaders.class).flush();
        assertThat(command("rehearse")).as("somebody uses the name of a gateway").contains(" 1 of them");
        assertThat(exit("rehearse")).as("a gateway does not know it").isEqualTo(1);

        SERVER.database().sql("DELETE FROM jwks_reader WHERE direct").update();
        assertThat(exit("rehearse")).as("nobody is known who decides").isEqualTo(1);
    }

    @Test
    void administratorsSeeAndRotateThem() {
        SignedIn someone = SERVER.someone();
        SERVER.database().sql("UPDATE account SET roles = '{user,admin}' WHERE username = ?").param(someone.name()).update();
        String[] admin = SERVER.login(someone.name()).bearer();

        assertThat(SERVER.get("/auth/admin/keys", admin).json().path("keys").path(0).path("state").asString())
                .isEqualTo("active");
        assertThat(SERVER.get("/auth/admin/keys", someone.bearer()).problem()).isEqualTo("403 access.denied");
        assertThat(SERVER.postEmpty("/auth/admin/keys/rotate", admin).problem()).isEqualTo("409 key.not_ready");
        assertThat(SERVER.post("/auth/admin/keys/rotate", "{\"reason\":\"boredom\"}", admin).problem())
                .isEqualTo("400 request.malformed");
        var before = SERVER.get("/auth/admin/keys", admin).json().path("keys").findValuesAsString("kid");
        var replaced = SERVER.post("/auth/admin/keys/rotate", "{\"reason\":\"compromised\"}", admin);
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.json().path("keys").findValuesAsString("kid")).hasSize(2).doesNotContainAnyElementsOf(before);
        assertThat(SERVER.get("/auth/me", admin).problem()).isEqualTo("401 auth.invalid");
        assertThat(SERVER.database()
                .sql("SELECT type || data FROM outbox WHERE type IN ('admin.keys_changed', 'admin.refused') ORDER BY position")
                .query(String.class).list()).as("what was refused changed nothing")
                .satisfiesExactly(first -> assertThat(first).contains("admin.refused", "key.not_ready"),
                        second -> assertThat(second).contains("admin.refused", "request.malformed"),
                        third -> assertThat(third).contains("admin.keys_changed", "compromised"));
    }

    @Test
    void aRunningInstanceFollowsAnEmergency() {
        SignedIn someone = SERVER.someone();
        String before = SERVER.get("/.well-known/jwks.json").response().body();

        assertThat(command("rotate", "--compromised")).contains("all keys are new");

        await().atMost(Duration.ofSeconds(60))
                .until(() -> !SERVER.get("/.well-known/jwks.json").response().body().equals(before));
        assertThat(SERVER.get("/auth/me", someone.bearer()).problem()).isEqualTo("401 auth.invalid");
        var renewed = SERVER.post("/auth/refresh", AuthServer.refresh(someone.refreshToken()));
        assertThat(renewed.status()).as("sessions live on").isEqualTo(200);
        assertThat(SERVER.get("/auth/me", "Authorization", "Bearer " + renewed.text("access_token")).status()).isEqualTo(200);
    }
}
