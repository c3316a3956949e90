package dev.gatehouse.auth;

import java.time.Duration;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/// Waits, within a transaction that holds a lock, until others wait for it.
final class Waiting {

    private Waiting() {}

    /// Returns when so many connections wait for the one of the calling transaction, or for one that does.
    static void until(AuthServer server, int count) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).pollInSameThread().pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(waiting(server)).isEqualTo(count));
    }

    /// Returns when so many connections wait, for whichever transaction.
    static void forAnybody(AuthServer server, int count) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).pollInSameThread().pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(server.database()
                        .sql("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted") // what pg_stat_activity shows stays for a transaction
                        .query(Integer.class).single()).isEqualTo(count));
    }

    private static int waiting(AuthServer server) {
        return server.database().sql("""
                WITH RECURSIVE waiting AS (
                	SELECT pg_backend_pid() AS pid
                	UNION SELECT pg_locks.pid FROM waiting, pg_locks
                	WHERE NOT granted AND waiting.pid = ANY (pg_blocking_pids(pg_locks.pid)))
                SELECT count(*) - 1 FROM waiting""").query(Integer.class).single();
    }
}
