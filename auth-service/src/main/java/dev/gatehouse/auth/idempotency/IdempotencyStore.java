package dev.gatehouse.auth.idempotency;

import java.sql.Timestamp;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.database.Cleanup;

/// Which calls have begun and how they ended. Blocks on the database, whose clock counts; thread-safe, also across instances.
@Repository
class IdempotencyStore implements Cleanup {

    private final JdbcClient jdbc;

    IdempotencyStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// {@return when the call began, where it is the caller's to make: nobody did within a day, or whoever did died a minute ago}
    Optional<Timestamp> begin(String id, String fingerprint) {
        return jdbc.sql("""
                INSERT INTO idempotency_key AS known (id, fingerprint) VALUES (?, ?)
                ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, started_at = clock_timestamp(), answer = NULL
                WHERE known.started_at < now() - interval '24 hours'
                	OR (known.answer IS NULL AND known.started_at < now() - interval '1 minute')
                RETURNING started_at""").params(id, fingerprint).query((row, _) -> row.getTimestamp(1)).optional();
    }

    Optional<Known> find(String id) {
        return jdbc.sql("SELECT fingerprint, answer FROM idempotency_key WHERE id = ?").param(id)
                .query((row, _) -> new Known(row.getString("fingerprint"), Optional.ofNullable(row.getBytes("answer"))))
                .optional();
    }

    void finish(String id, Timestamp begun, byte[] answer) {
        jdbc.sql("UPDATE idempotency_key SET answer = ? WHERE id = ? AND started_at = ?").params(answer, id, begun).update();
    }

    void forget(String id, Timestamp begun) {
        jdbc.sql("DELETE FROM idempotency_key WHERE id = ? AND started_at = ?").params(id, begun).update();
    }

    @Override
    public int deleteSome(int most) {
        return jdbc.sql("DELETE FROM idempotency_key WHERE id IN (SELECT id FROM idempotency_key"
                + " WHERE started_at < now() - interval '24 hours' LIMIT ?)").param(most).update();
    }

    /// A call that began before.
    ///
    /// @param fingerprint of its request
    /// @param answer sealed, where it has ended
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    record Known(String fingerprint, Optional<byte[]> answer) {}
}
