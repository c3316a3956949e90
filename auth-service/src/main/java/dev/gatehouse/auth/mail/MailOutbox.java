package dev.gatehouse.auth.mail;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.database.Cleanup;

/// The table of mails. Blocks on the database; thread-safe.
@Repository
class MailOutbox implements Cleanup {

    // Longer than sending may take: whoever holds a mail for longer has died.
    private static final Duration HELD = Duration.ofMinutes(2);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);
    private static final Duration KEPT = Duration.ofDays(7); // that there was one, not what it said

    private static final String[] KNOWN = Arrays.stream(MailKind.values()).map(Enum::name).toArray(String[]::new);

    private final JdbcClient jdbc;

    MailOutbox(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(UUID id, Mail mail, byte[] sealed) {
        jdbc.sql("""
                INSERT INTO mail_outbox (id, kind, payload, expires_at)
                VALUES (:id, :kind, :payload, now() + make_interval(secs => :use))""")
                .param("id", id).param("kind", mail.kind().name()).param("payload", sealed)
                .param("use", mail.ofUse().toSeconds()).update();
    }

    /// {@return a mail that is due, which nobody else gets for a while; those that were tried and put off come after all others. Kinds of a newer version are
    /// left to its instances}
    Optional<Row> take() {
        return take("");
    }

    /// {@return one of those that were tried and put off}
    Optional<Row> takeTried() {
        return take("AND attempts > 0");
    }

    private Optional<Row> take(String condition) {
        return jdbc.sql("""
                UPDATE mail_outbox SET attempts = attempts + 1, due_at = now() + make_interval(secs => :held)
                WHERE id = (SELECT id FROM mail_outbox WHERE ended_at IS NULL AND due_at <= now() AND expires_at > now()
                	AND kind = ANY(:known) %s ORDER BY attempts > 0, due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING id, kind, payload, attempts""".formatted(condition)).param("held", HELD.toSeconds())
                .param("known", KNOWN)
                .query((row, _) -> new Row(row.getObject("id", UUID.class), MailKind.valueOf(row.getString("kind")),
                        row.getBytes("payload"), row.getInt("attempts")))
                .optional();
    }

    /// Lets it be tried again after a pause that grows.
    void putOff(UUID id, int attempts) {
        Duration grown = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, 10));
        jdbc.sql("UPDATE mail_outbox SET due_at = now() + make_interval(secs => ?) WHERE id = ?")
                .params(Math.min(grown.toSeconds(), LONGEST_PAUSE.toSeconds()), id).update();
    }

    /// Forgets what it said.
    void end(UUID id, String outcome) {
        jdbc.sql("UPDATE mail_outbox SET ended_at = now(), outcome = ?, payload = NULL WHERE id = ?").params(outcome, id)
                .update();
    }

    /// Forgets what those said that nobody would want any more, and removes old ones.
    @Override
    public int deleteSome(int most) {
        int expired = jdbc.sql("""
                UPDATE mail_outbox SET ended_at = now(), outcome = 'expired', payload = NULL WHERE id IN (
                	SELECT id FROM mail_outbox WHERE ended_at IS NULL AND expires_at <= now() LIMIT ? FOR UPDATE SKIP LOCKED)""")
                .param(most).update();
        int deleted = jdbc.sql("""
                DELETE FROM mail_outbox WHERE id IN (
                	SELECT id FROM mail_outbox WHERE ended_at < now() - make_interval(secs => :age) LIMIT :most)""")
                .param("age", KEPT.toSeconds()).param("most", most).update();
        return Math.max(expired, deleted);
    }

    /// A mail that was taken.
    ///
    /// @param id of the mail
    /// @param kind of the mail
    /// @param sealed what it says
    /// @param attempts with this one
    @SuppressWarnings("ArrayRecordComponent") // never compared; opened at once
    record Row(UUID id, MailKind kind, byte[] sealed, int attempts) {}
}
