package dev.gatehouse.auth;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.password.ForeignHashes;
import dev.gatehouse.auth.password.ForeignHashes.ForeignHash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// People who come with the hashes of another system.
final class ForeignHashesIT {

    private final AuthServer server = AuthServer.shared();

    static Stream<ForeignHash> hashes() {
        return ForeignHashes.oneOfEachTool();
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void signsInAndUpgrades(ForeignHash foreign) {
        String name = someone(foreign.stored());

        assertThat(server.post("/auth/login", AuthServer.login(name, "not " + foreign.password())).status()).isEqualTo(401);
        assertThat(hash(name)).as("a wrong password changes nothing").isEqualTo(foreign.stored());
        assertThat(server.post("/auth/login", AuthServer.login(name, foreign.password())).status()).isEqualTo(200);

        await().atMost(java.time.Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(hash(name)).startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
        assertThat(server.post("/auth/login", AuthServer.login(name, foreign.password())).status()).isEqualTo(200);
    }

    /// Made by libxcrypt, which looks at 72 bytes, too.
    @Test
    void signsInWithMoreThanBcryptLooksAtAndKeepsTheHash() {
        String password = "Test123!-and-so-on-until-nobody-remembers-what-stood-at-the-beginning-of-it-all";
        String stored = "$2b$05$abcdefghijklmnopqrstuu3ilqVvmL82dFV2GEqjTFJ2vOEEQ2/R.";
        String name = someone(stored);

        assertThat(password).hasSizeGreaterThan(72);
        assertThat(server.post("/auth/login", AuthServer.login(name, "x" + password)).status()).isEqualTo(401);
        assertThat(server.post("/auth/login", AuthServer.login(name, password)).status()).isEqualTo(200);
        // One that is upgraded after it: upgrades are made one after the other.
        String after = someone(ForeignHashes.oneOfEachTool().findFirst().orElseThrow().stored());
        server.post("/auth/login", AuthServer.login(after, ForeignHashes.oneOfEachTool().findFirst().orElseThrow().password()));
        await().atMost(java.time.Duration.ofSeconds(60)).until(() -> hash(after).startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
        assertThat(hash(name)).isEqualTo(stored);
    }

    @Test
    void letsNobodyInWithAHashThatCostsTooMuch() {
        String name = someone("$argon2id$v=19$m=1048576,t=10,p=1$c29tZXNhbHQ$" + "A".repeat(43));

        assertThat(server.post("/auth/login", AuthServer.login(name, "any password")).problem()).isEqualTo("401 login.failed");
    }

    @Test
    void letsNobodyInWithAHashThatCannotBeComputed() {
        String name = someone("$scrypt$ln=16,r=1,p=1$c29tZXNhbHQ$" + "A".repeat(43));

        assertThat(server.post("/auth/login", AuthServer.login(name, "any password")).problem()).isEqualTo("401 login.failed");
    }

    private String someone(String stored) {
        SignedIn someone = server.someone();
        server.database().sql("UPDATE account SET password_hash = ? WHERE username_key = ?").params(stored, someone.name())
                .update();
        return someone.name();
    }

    private String hash(String name) {
        return server.database().sql("SELECT password_hash FROM account WHERE username_key = ?").param(name).query(String.class)
                .single();
    }
}
