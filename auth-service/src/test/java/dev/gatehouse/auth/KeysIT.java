package dev.gatehouse.auth;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import dev.gatehouse.auth.AuthServer.SignedIn;
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

    @Test
    void publishesTheKeyThatSignsAndTheNextForFifteenMinutes() {
        var answer = SERVER.get("/.well-known/jwks.json");

        assertThat(answer.header("Cache-Control")).isEqualTo("max-age=900, public");
        assertThat(answer.json().path("keys")).hasSize(2)
                .allSatisfy(key -> assertThat(key.propertyNames()).containsExactlyInAnyOrder("kty", "use", "crv", "kid", "x", "y",
                        "alg"));
    }

    @Test
    void aRunningInstanceFollowsAnEmergency() {
        SignedIn someone = SERVER.someone();
        String before = SERVER.get("/.well-known/jwks.json").response().body();

        int exit = KeysCommand.run(List.of("rotate", "--compromised"), ENVIRONMENT, new PrintStream(new ByteArrayOutputStream()));

        assertThat(exit).isZero();
        await().atMost(Duration.ofSeconds(5)).until(() -> !SERVER.get("/.well-known/jwks.json").response().body().equals(before));
        assertThat(SERVER.get("/auth/me", someone.bearer()).problem()).isEqualTo("401 auth.invalid");
        var renewed = SERVER.post("/auth/refresh", AuthServer.refresh(someone.refreshToken()));
        assertThat(renewed.status()).as("sessions live on").isEqualTo(200);
        assertThat(SERVER.get("/auth/me", "Authorization", "Bearer " + renewed.text("access_token")).status()).isEqualTo(200);
    }
}
