package dev.gatehouse.auth.sealing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.Mailbox;
import dev.gatehouse.auth.database.StartRefused;
import dev.gatehouse.auth.keys.rotation.KeysCommand;
import dev.gatehouse.auth.settings.DatabaseUrl;
import dev.gatehouse.auth.settings.SettingsReader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class ResealingIT {

    private static final String NEW_KEK = Base64.getEncoder().encodeToString("another key-encryption key, new.".getBytes(
            java.nio.charset.StandardCharsets.US_ASCII));

    private final Map<String, String> environment = AuthServer.environment();

    @Test
    void knowsEverySealedColumnOfTheSchema() {
        List<String> columns = AuthServer.shared().database().sql("""
                SELECT table_name || '.' || column_name FROM information_schema.columns
                WHERE table_schema = 'public' AND data_type = 'bytea'""").query(String.class).list();
        List<String> known = new ArrayList<>(
                List.of("proof.token_hash", "proof.code_hash", "audit_log.hash", "recovery_code.code_hash",
                        "challenge.token_hash")); // hashes hide nothing that could be opened
        SealedColumn.ALL.forEach(column -> known.add(column.table() + "." + column.column()));

        assertThat(columns).containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void exchangesTheKeyWhileSessionsGoOn() {
        SignedIn someone;
        String keys;
        try (AuthServer server = AuthServer.start(environment)) {
            someone = server.someone();
            keys = server.get("/.well-known/jwks.json").response().body();
        }
        exchange();
        try (AuthServer server = AuthServer.start(environment)) {
            assertThat(server.get("/auth/me", someone.bearer()).status()).isEqualTo(200);
            assertThat(reseal().complete()).as("the old key is used no more").isFalse(); // an instance was just seen with it
            database().sql("UPDATE sealing_key SET seals_at = now() - interval '4 minutes'").update();
            assertThat(reseal().complete()).isTrue();
        }
        environment.remove("GATEHOUSE_KEK_OLD");
        try (AuthServer server = AuthServer.start(environment)) {
            assertThat(server.get("/.well-known/jwks.json").response().body()).isEqualTo(keys);
            assertThat(server.post("/auth/refresh", AuthServer.refresh(someone.refreshToken())).status()).isEqualTo(200);
            assertThat(server.database().sql("SELECT count(*) FROM mail_outbox WHERE payload IS NOT NULL").query(Long.class)
                    .single()).isPositive();
        }
        assertThat(reseal().columns()).as("nothing is left to do, nothing does not open").allSatisfy(column -> {
            assertThat(column.sealed()).isZero();
            assertThat(column.unopened()).isZero();
        });
    }

    /// What happens while an operator goes from step 1 to step 2, one instance after the other.
    @Test
    void servesFromInstancesThatSealUnderDifferentKeys() {
        Map<String, String> before = new HashMap<>(environment);
        before.put("GATEHOUSE_KEK_OLD", NEW_KEK);
        exchange();
        try (AuthServer first = AuthServer.start(before); AuthServer second = AuthServer.start(environment)) {
            SignedIn here = first.someone();
            String address = here.name() + "@example.com";
            SignedIn there = second.login(here.name());

            assertThat(second.get("/auth/me", here.bearer()).status()).isEqualTo(200);
            assertThat(second.post("/auth/refresh", AuthServer.refresh(here.refreshToken())).status()).isEqualTo(200);
            assertThat(first.post("/auth/refresh", AuthServer.refresh(there.refreshToken())).status()).isEqualTo(200);
            String id = first.post("/auth/password/forgot", "{\"email\":\"" + address + "\"}").text("request_id");
            assertThat(second.post("/auth/password/reset", """
                    {"request_id":"%s","code":"%s","password":"Purple-otter-42"}""".formatted(id,
                    new Mailbox(second).last(address, "RESET_PASSWORD").code())).status()).isEqualTo(204);
            assertThat(first.post("/auth/login", AuthServer.login(here.name(), "Purple-otter-42")).status()).isEqualTo(200);
            assertThat(reseal().complete()).as("the first still seals under the old key").isFalse();
        }
        database().sql("UPDATE sealing_key SET seals_at = now() - interval '4 minutes'").update();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertThat(KeysCommand.run(List.of("reseal"), environment, new PrintStream(said, true, UTF_8))).as(said.toString(UTF_8))
                .isZero();
        assertThat(database().sql("SELECT count(*) FROM outbox WHERE type = 'key.resealed'").query(Long.class).single())
                .isEqualTo(1);
    }

    @Test
    void doesNotStartWithoutAKeyThatIsStillNeeded() {
        AuthServer.start(environment).close();
        exchange();
        AuthServer.start(environment).close();
        environment.remove("GATEHOUSE_KEK_OLD");

        assertThatThrownBy(() -> AuthServer.start(environment)).rootCause().isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("GATEHOUSE_KEK_OLD: lacks 1 of the keys");
    }

    @Test
    void doesNotStartWithAForeignKeyOnADatabaseFromBeforeKeysHadNames() {
        AuthServer.start(environment).close();
        database().sql("DELETE FROM sealing_key").update();
        environment.put("GATEHOUSE_KEK", NEW_KEK);

        assertThatThrownBy(() -> AuthServer.start(environment)).rootCause().isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("GATEHOUSE_KEK: does not open");
        assertThat(database().sql("SELECT count(*) FROM sealing_key").query(Long.class).single()).isZero();
    }

    @Test
    void reportsWhatNoKeyOpensAndKeepsTheOtherKey() {
        AuthServer.start(environment).close();
        database().sql("UPDATE signing_key SET private_jwk = set_byte(private_jwk, 20, get_byte(private_jwk, 20) # 1)").update();
        exchange();
        database().sql("UPDATE sealing_key SET seals_at = now() - interval '4 minutes'").update();

        Resealing.Report report = reseal();

        assertThat(report.complete()).isFalse();
        assertThat(report.columns()).filteredOn(column -> column.unopened() > 0).extracting(Resealing.Report.Column::name)
                .containsExactly("signing_key.private_jwk");
        assertThat(database().sql("SELECT count(*) FROM sealing_key").query(Long.class).single()).isEqualTo(2);
    }

    private void exchange() {
        environment.put("GATEHOUSE_KEK_OLD", AuthServer.KEK);
        environment.put("GATEHOUSE_KEK", NEW_KEK);
    }

    private Resealing.Report reseal() {
        return new Resealing(source(), new Sealer(SettingsReader.keys(environment).encryption(), new SecureRandom())).run();
    }

    private JdbcClient database() {
        return JdbcClient.create(source());
    }

    private DriverManagerDataSource source() {
        DatabaseUrl url = DatabaseUrl.parse(environment.get("DATABASE_URL"));
        return new DriverManagerDataSource(url.jdbcUrl(), url.properties());
    }
}
