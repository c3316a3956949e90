package dev.gatehouse.auth.admin.user;

import java.util.Optional;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.gatehouse.auth.listing.Listing;
import dev.gatehouse.auth.settings.DatabaseUrl;
import dev.gatehouse.devservices.Postgres;

import static org.assertj.core.api.Assertions.assertThat;

/// A search among many accounts reads a range of an index, never all of them.
final class SearchPlanIT {

    private static JdbcClient jdbc;

    @BeforeAll
    static void manyAccounts() {
        DatabaseUrl url = DatabaseUrl.parse(Postgres.shared().freshDatabase());
        var source = new DriverManagerDataSource(url.jdbcUrl(), url.properties());
        Flyway.configure().dataSource(source).locations("classpath:db/migration").outOfOrder(true).load().migrate();
        jdbc = JdbcClient.create((javax.sql.DataSource) source);
        jdbc.sql("""
                INSERT INTO account (id, username, username_key, email, email_key, password_hash)
                SELECT gen_random_uuid(), name, name, name || '@example.com', name || '@example.com', ''
                FROM (SELECT md5(i::text) AS name FROM generate_series(1, 20000) AS i)""").update();
        jdbc.sql("ANALYZE account").update();
    }

    @ParameterizedTest
    @CsvSource({"abc, , ", "abc, abcdef, ", "abc, , false", "'', , ", "'', f00, false", "'a%_\\', , "})
    void readsARangeOfAnIndex(String prefix, String after, Boolean locked) {
        UserQuery query = new UserQuery(prefix, Optional.empty(), Optional.ofNullable(locked),
                new Listing("users", Optional.ofNullable(after), 50));

        String plan = String.join("\n", new Users(jdbc)
                .bound("EXPLAIN " + Users.statement(query), query).query(String.class).list());

        assertThat(plan).contains("account_username_prefix").doesNotContain("Seq Scan on account");
        if (!prefix.isEmpty()) {
            assertThat(plan).contains("account_email_prefix");
        }
    }
}
