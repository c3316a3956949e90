package dev.gatehouse.auth.audit;

import java.util.UUID;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.gatehouse.auth.settings.DatabaseUrl;
import dev.gatehouse.devservices.Postgres;

import static org.assertj.core.api.Assertions.assertThat;

/// A question about somebody of long ago, or about what happens rarely, reads a range of an index, never all that is newer.
final class AuditPlanIT {

    private static final UUID GUESSED = UUID.randomUUID();

    private static JdbcClient jdbc;

    @BeforeAll
    static void manyEntries() {
        DatabaseUrl url = DatabaseUrl.parse(Postgres.shared().freshDatabase());
        var source = new DriverManagerDataSource(url.jdbcUrl(), url.properties());
        Flyway.configure().dataSource(source).locations("classpath:db/migration").outOfOrder(true).load().migrate();
        jdbc = JdbcClient.create((javax.sql.DataSource) source);
        jdbc.sql("""
                INSERT INTO audit_log (position, id, type, outcome, subject, data, occurred_at, hash)
                SELECT i, gen_random_uuid(), CASE i WHEN 7 THEN 'key.rotated' ELSE 'user.login_failed' END, 'failure',
                	CASE WHEN i < 10000 THEN ? ELSE md5((i % 2500)::text)::uuid END, '{}', now(), ''
                FROM generate_series(1, 50000) AS i""").param(GUESSED).update();
        jdbc.sql("ANALYZE audit_log").update();
    }

    @Test
    void readsTheNewestEntriesOfAUser() {
        assertThat(plan(AuditQuery.newest(50).about(GUESSED))).contains("audit_log_subject", "audit_log_actor")
                .doesNotContain("Seq Scan", "audit_log_pkey");
    }

    @Test
    void readsActionsThatBeginAlike() {
        assertThat(plan(AuditQuery.newest(50).of("key."))).contains("audit_log_action").doesNotContain("Seq Scan",
                "audit_log_pkey");
    }

    private static String plan(AuditQuery query) {
        return String.join("\n", new AuditStore(jdbc).bound("EXPLAIN " + AuditStore.statement(query), query)
                .query(String.class).list());
    }
}
