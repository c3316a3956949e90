package dev.gatehouse.auth.profile;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Accounts that are to be gone, by PostgreSQL's clock. Blocks on the database; thread-safe.
@Repository
class DeletionStore {

    private final JdbcClient jdbc;

    DeletionStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// {@return when the account will be gone; one that is marked keeps its time}
    Instant mark(UUID account, Duration grace) {
        return jdbc.sql("""
                UPDATE account SET deletion_due_at = coalesce(deletion_due_at, now() + make_interval(secs => ?)) WHERE id = ?
                RETURNING deletion_due_at""").params(grace.toSeconds(), account)
                .query((row, _) -> row.getTimestamp(1).toInstant()).single();
    }

    /// {@return accounts whose time has come}
    List<UUID> due(int most) {
        return jdbc.sql("SELECT id FROM account WHERE deletion_due_at < now() LIMIT ?").param(most)
                .query((row, _) -> row.getObject("id", UUID.class)).list();
    }

    /// {@return whether the account is due and the calling transaction is the one to delete it}
    boolean lockDue(UUID account) {
        return jdbc.sql("SELECT id FROM account WHERE id = ? AND deletion_due_at < now() FOR UPDATE SKIP LOCKED").param(account)
                .query(UUID.class).optional().isPresent();
    }

    /// Removes an account and everything that belongs to it.
    void delete(UUID account) {
        jdbc.sql("DELETE FROM account WHERE id = ?").param(account).update();
    }
}
