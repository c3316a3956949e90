package dev.gatehouse.auth.revocation;

import java.util.List;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.database.Cleanup;

/// Revocations in PostgreSQL. Two instances may publish the same one; a gateway does not mind. They are kept for longer than tokens say that they are valid: a
/// gateway may be told to tolerate clocks that are five minutes wrong, and one that starts then must still learn of them.
@Repository
class RevocationStore implements Cleanup {

    private static final String MATTERS = "expires_at > now() - interval '5 minutes'";

    private final JdbcClient jdbc;

    RevocationStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<Revocation> unpublished(int most) {
        return jdbc.sql("SELECT id, session_id, expires_at FROM revocation WHERE published_at IS NULL AND " + MATTERS
                + " ORDER BY id LIMIT ?").param(most)
                .query((row, _) -> new Revocation(row.getLong("id"), row.getObject("session_id", UUID.class),
                        row.getTimestamp("expires_at").toInstant()))
                .list();
    }

    void markPublished(List<Revocation> published) {
        jdbc.sql("UPDATE revocation SET published_at = now() WHERE id = ANY(?)")
                .param(published.stream().map(Revocation::id).toArray(Long[]::new)).update();
    }

    @Override
    public int deleteSome(int most) {
        return jdbc.sql("DELETE FROM revocation WHERE id IN (SELECT id FROM revocation WHERE NOT " + MATTERS + " LIMIT ?)")
                .param(most).update();
    }

    /// {@return how many will be published again}
    int markAllUnpublished() {
        return jdbc.sql("UPDATE revocation SET published_at = NULL WHERE published_at IS NOT NULL AND " + MATTERS).update();
    }
}
