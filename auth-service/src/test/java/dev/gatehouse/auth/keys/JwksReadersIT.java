package dev.gatehouse.auth.keys;

import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import dev.gatehouse.auth.AuthServer;

import static org.assertj.core.api.Assertions.assertThat;

/// Beside a service whose readers nobody else's test looks at.
final class JwksReadersIT {

    private final JdbcClient database = AuthServer.shared().database();
    private final JwksReaders readers = new JwksReaders(database);
    private final String run = UUID.randomUUID().toString();

    @Test
    void forgetTheOldestWhereThereAreTooManyAndNobodyDirectForAStranger() {
        insert(1000, false);
        insert(1, true);

        readers.note("203.0.113.9", run + "more", false, "");
        readers.flush();

        assertThat(known(run + "more")).isTrue();
        assertThat(known(run + "false1000")).as("the oldest").isFalse();
        assertThat(known(run + "false1")).isTrue();
        assertThat(known(run + "true1")).as("older than all of them").isTrue();
        assertThat(database.sql("SELECT count(*) FROM jwks_reader WHERE NOT direct").query(Long.class).single()).isEqualTo(1000);
    }

    @Test
    void letTheLatestWaitAndNobodyDirectGiveWayToAStranger() {
        readers.note("127.0.0.1", run + "edge", true, "");
        for (int i = 0; i < 300; i++) {
            readers.note("203.0.113.9", run + i, false, "");
        }

        readers.flush();

        assertThat(known(run + "edge")).isTrue();
        assertThat(known(run + "299")).isTrue();
        assertThat(known(run + "99")).isFalse();
    }

    private void insert(int count, boolean direct) {
        database.sql(
                """
                        INSERT INTO jwks_reader (address, agent, direct, next_kid, seen_at)
                        SELECT '10.0.0.1', :agent || n, :direct, '', now() - (CASE WHEN :direct THEN 2000 ELSE n END) * interval '1 second'
                        FROM generate_series(1, :count) n""")
                .param("agent", run + direct).param("direct", direct).param("count", count)
                .update();
    }

    private boolean known(String agent) {
        return database.sql("SELECT count(*) FROM jwks_reader WHERE agent = ?").param(agent).query(Long.class).single() > 0;
    }
}
