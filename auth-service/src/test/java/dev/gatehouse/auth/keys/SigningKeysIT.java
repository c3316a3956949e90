package dev.gatehouse.auth.keys;

import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.settings.DatabaseUrl;
import dev.gatehouse.auth.settings.Secret;

import static org.assertj.core.api.Assertions.assertThat;

final class SigningKeysIT {

    @Test
    void instancesThatStartAtOnceAgreeOnOneKey() throws Exception {
        Map<String, String> environment = AuthServer.environment();
        AuthServer.start(environment).close();
        DatabaseUrl url = DatabaseUrl.parse(environment.get("DATABASE_URL"));
        database(url).sql("DELETE FROM signing_key").update();
        Callable<String> instance = () -> start(url).active().getKeyID();

        List<Future<String>> keys;
        try (var threads = Executors.newFixedThreadPool(8)) {
            keys = threads.invokeAll(Collections.nCopies(8, instance));
        }

        assertThat(keys).extracting(Future::resultNow).containsOnly(keys.getFirst().resultNow());
        assertThat(database(url).sql("SELECT count(*) FROM signing_key").query(Long.class).single()).isEqualTo(1);
    }

    @Test
    void privateHalvesLieEncryptedInTheDatabase() {
        byte[] stored = AuthServer.shared().database().sql("SELECT private_jwk FROM signing_key").query(byte[].class).single();

        assertThat(new String(stored, java.nio.charset.StandardCharsets.ISO_8859_1)).doesNotContain("kty", "\"d\"");
    }

    private static SigningKeys start(DatabaseUrl url) {
        var source = new DriverManagerDataSource(url.jdbcUrl(), url.properties());
        var store = new SigningKeyStore(JdbcClient.create(source),
                new TransactionTemplate(new DataSourceTransactionManager(source)));
        SigningKeys keys = new SigningKeys(store, new Sealer(Secret.of(new byte[32]), new SecureRandom()));
        keys.afterMigration();
        return keys;
    }

    private static JdbcClient database(DatabaseUrl url) {
        return JdbcClient.create(new DriverManagerDataSource(url.jdbcUrl(), url.properties()));
    }
}
