package dev.gatehouse.auth.mfa;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.database.Cleanup;

/// Second factors in PostgreSQL. What is taken once is taken by one statement. Blocks; thread-safe.
@Repository
class FactorStore implements Cleanup {

    private static final int TRIES = 10;

    private final JdbcClient jdbc;

    FactorStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// {@return whether there is the account, which nobody else changes until the calling transaction ends}
    boolean lockAccount(UUID account) {
        return jdbc.sql("SELECT id FROM account WHERE id = ? FOR UPDATE").param(account).query(UUID.class).optional().isPresent();
    }

    Enrolled enrolled(UUID account) {
        return jdbc.sql("""
                SELECT EXISTS (SELECT FROM totp WHERE account_id = account.id) AS totp, email_codes AND email_verified AS email,
                	(SELECT count(*) FROM recovery_code WHERE account_id = account.id) AS codes FROM account WHERE id = ?""")
                .param(account)
                .query((row, _) -> new Enrolled(row.getBoolean("totp"), row.getBoolean("email"), row.getInt("codes")))
                .optional().orElse(new Enrolled(false, false, 0));
    }

    Optional<Sealed> totp(UUID account) {
        return jdbc.sql("SELECT id, secret FROM totp WHERE account_id = ?").param(account).query((row, _) -> sealed(row))
                .optional();
    }

    /// The compare-and-set of a code: of any number who show the same, one gets `true`.
    boolean advance(UUID account, UUID id, long step) {
        return jdbc.sql("UPDATE totp SET last_step = :step WHERE account_id = :account AND id = :id AND last_step < :step")
                .param("step", step).param("account", account).param("id", id).update() == 1;
    }

    void begin(UUID account, UUID session, Sealed secret, Duration lifetime) {
        jdbc.sql("""
                INSERT INTO totp_enrolment (account_id, id, session_id, secret, tries_left, expires_at)
                VALUES (:account, :id, :session, :secret, :tries, now() + make_interval(secs => :lifetime))
                ON CONFLICT (account_id) DO UPDATE SET id = excluded.id, session_id = excluded.session_id,
                	secret = excluded.secret, tries_left = excluded.tries_left, expires_at = excluded.expires_at""")
                .param("account", account).param("id", secret.id()).param("session", session).param("secret", secret.bytes())
                .param("tries", TRIES).param("lifetime", lifetime.toSeconds()).update();
    }

    /// Takes one of the tries before anybody looks at the code.
    Optional<Sealed> tryEnrolment(UUID account, UUID session) {
        return jdbc.sql("""
                UPDATE totp_enrolment SET tries_left = tries_left - 1
                WHERE account_id = ? AND session_id = ? AND tries_left > 0 AND expires_at > now() RETURNING id, secret""")
                .params(account, session).query((row, _) -> sealed(row)).optional();
    }

    /// {@return whether the enrolment was still the same, and there was no app}
    boolean enrol(UUID account, Sealed secret, long step) {
        return jdbc.sql("DELETE FROM totp_enrolment WHERE account_id = ? AND id = ?").params(account, secret.id()).update() == 1
                && jdbc.sql("INSERT INTO totp (account_id, id, secret, last_step) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
                        .params(account, secret.id(), secret.bytes(), step).update() == 1;
    }

    boolean removeTotp(UUID account) {
        return jdbc.sql("DELETE FROM totp WHERE account_id = ?").param(account).update() == 1;
    }

    /// {@return whether it was different before}
    boolean setEmail(UUID account, boolean wanted) {
        return jdbc.sql("UPDATE account SET email_codes = :wanted WHERE id = :id AND email_codes <> :wanted")
                .param("wanted", wanted)
                .param("id", account).update() == 1;
    }

    Optional<Sealed> recoveryKey(UUID account) {
        return jdbc.sql("SELECT id, key AS secret FROM recovery_key WHERE account_id = ?").param(account)
                .query((row, _) -> sealed(row)).optional();
    }

    void replaceRecoveryCodes(UUID account, Sealed key, Collection<byte[]> hashes) {
        removeRecoveryCodes(account);
        jdbc.sql("INSERT INTO recovery_key (account_id, id, key) VALUES (?, ?, ?)").params(account, key.id(), key.bytes())
                .update();
        hashes.forEach(hash -> jdbc.sql("INSERT INTO recovery_code (account_id, code_hash) VALUES (?, ?)").params(account, hash)
                .update());
    }

    void removeRecoveryCodes(UUID account) {
        jdbc.sql("DELETE FROM recovery_key WHERE account_id = ?").param(account).update();
    }

    boolean useRecoveryCode(UUID account, byte[] hash) {
        return jdbc.sql("DELETE FROM recovery_code WHERE account_id = ? AND code_hash = ?").params(account, hash).update() == 1;
    }

    @Override
    public int deleteSome(int most) {
        return jdbc.sql("""
                DELETE FROM totp_enrolment WHERE account_id IN
                	(SELECT account_id FROM totp_enrolment WHERE expires_at < now() LIMIT ?)""").param(most).update();
    }

    private static Sealed sealed(ResultSet row) throws SQLException {
        return new Sealed(row.getObject("id", UUID.class), row.getBytes("secret"));
    }

    /// A secret as it lies in the database.
    ///
    /// @param id which its purpose names
    /// @param bytes sealed
    @SuppressWarnings("ArrayRecordComponent") // never compared; opened at once
    record Sealed(UUID id, byte[] bytes) {}
}
