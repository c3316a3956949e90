package dev.gatehouse.auth.session;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;
import dev.gatehouse.auth.database.Cleanup;
import dev.gatehouse.auth.revocation.RevocationFeed;

/// Sessions in PostgreSQL, whose clock is the only one that counts here. Blocks; thread-safe.
@Repository
class SessionStore implements Cleanup {

    private static final String REVOKED = "(session.revoked_at IS NOT NULL OR session.account_epoch < account.session_epoch"
            + " OR account.locked_at IS NOT NULL)";
    // Whoever became an administrator meanwhile has no longer than any other.
    private static final String EXPIRED = "(session.idle_expires_at <= now() OR session.created_at <= now() - make_interval(secs =>"
            + " CASE WHEN account.roles @> ARRAY['" + Account.ADMIN + "'] THEN " + Session.Lifetime.ADMIN.absolute().toSeconds()
            + " ELSE " + Session.Lifetime.USER.absolute().toSeconds() + " END))";
    private static final String COLUMNS = "session.id, session.client_id, session.user_agent, session.address,"
            + " session.name, session.acr, session.auth_time, session.created_at, session.last_used_at, session.idle_expires_at, "
            + Accounts.COLUMNS;
    private static final String FROM = " FROM session JOIN account ON account.id = session.account_id ";

    // A day: long enough to tell "ended" from "never was" to whoever comes back with an old token.
    private static final Duration KEPT = Duration.ofDays(1);

    private static final int MOST_NAMES = 100;

    private final JdbcClient jdbc;

    SessionStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Opens a session, if the account is as it was when its owner proved who they are, which it then stays until the transaction ends:
    /// neither locked since nor given another password or factor.
    Optional<Fresh> insert(UUID id, Account account, byte[] sealedKey, Device device, UUID deviceId,
            Session.Assurance assurance) {
        Session.Lifetime lifetime = Session.Lifetime.of(account);
        return jdbc.sql("""
                WITH claimed AS (
                	SELECT * FROM account WHERE id = :account AND session_epoch = :epoch AND locked_at IS NULL FOR SHARE),
                fresh AS (
                	INSERT INTO session (id, account_id, account_epoch, refresh_key, client_id, amr, acr, user_agent, address,
                		device_id, name, idle_expires_at, absolute_expires_at)
                	SELECT :id, claimed.id, :epoch, :key, :client, :amr, :acr, :agent, :address,
                		:device, (SELECT name FROM device WHERE account_id = :account AND device.id = :device),
                		now() + make_interval(secs => :idle), now() + make_interval(secs => :absolute) FROM claimed
                	RETURNING *)
                SELECT (SELECT count(*) FROM session WHERE account_id = :account AND revoked_at IS NULL) AS others,\s"""
                + COLUMNS + " FROM fresh AS session JOIN claimed AS account ON account.id = session.account_id")
                .param("id", id).param("account", account.id()).param("epoch", account.sessionEpoch())
                .param("key", sealedKey).param("client", Session.FIRST_PARTY)
                .param("amr", assurance.amr().toArray(String[]::new)).param("acr", assurance.acr())
                .param("agent", device.userAgent()).param("device", deviceId)
                .param("address", device.address()).param("idle", lifetime.idle().toSeconds())
                .param("absolute", lifetime.absolute().toSeconds())
                .query((row, _) -> new Fresh(session(row), row.getInt("others"))).optional();
    }

    /// {@return the row behind a refresh token, alive or not}
    Optional<Row> find(UUID id) {
        return jdbc.sql("SELECT " + COLUMNS + ", session.counter, session.refresh_key,"
                + " extract(epoch FROM now() - session.rotated_at) AS since_rotation, " + REVOKED + " AS revoked, "
                + EXPIRED + " AS expired" + FROM + "WHERE session.id = ?").param(id).query((row, _) -> row(row))
                .optional();
    }

    /// The compare-and-set of a rotation: of any number of callers with the same counter, one gets `true`.
    boolean advance(UUID id, long counter, Session.Lifetime lifetime) {
        return jdbc.sql("""
                UPDATE session SET counter = counter + 1, rotated_at = now(), last_used_at = now(),
                	absolute_expires_at = least(absolute_expires_at, created_at + make_interval(secs => :absolute)),
                	idle_expires_at = least(now() + make_interval(secs => :idle), absolute_expires_at,
                		created_at + make_interval(secs => :absolute))
                WHERE id = :id AND counter = :counter AND revoked_at IS NULL AND idle_expires_at > now()""")
                .param("id", id).param("counter", counter).param("idle", lifetime.idle().toSeconds())
                .param("absolute", lifetime.absolute().toSeconds()).update() == 1;
    }

    /// {@return the session, where it lives and belongs to the account}
    Optional<Session> findLiving(UUID id, UUID accountId) {
        return jdbc.sql("SELECT " + COLUMNS + FROM + "WHERE session.id = ? AND session.account_id = ? AND NOT " + REVOKED
                + " AND NOT " + EXPIRED).params(id, accountId).query((row, _) -> session(row)).optional();
    }

    /// {@return the session, where it lives and belongs to the account, which stays as it is until the calling transaction ends}
    Optional<Session> claim(UUID id, UUID accountId) {
        jdbc.sql("SELECT id FROM account WHERE id = ? FOR NO KEY UPDATE").param(accountId).query(UUID.class).optional();
        return findLiving(id, accountId); // by a statement of its own, which sees what the lock may have waited for
    }

    /// Notes that somebody has proven once more who they are.
    ///
    /// @return the session as it is then, where it lives
    Optional<Session> raise(UUID id, Session.Assurance assurance) {
        int raised = jdbc.sql("UPDATE session SET amr = :amr, acr = :acr, auth_time = now() WHERE id = :id")
                .param("amr", assurance.amr().toArray(String[]::new)).param("acr", assurance.acr()).param("id", id).update();
        return raised == 0 ? Optional.empty() : find(id).filter(Row::lives).map(Row::session);
    }

    /// Names the session and, where it is known, the device: its next sessions begin with that name.
    ///
    /// @return whether there was such a session of the account, living
    boolean rename(UUID id, UUID accountId, Optional<String> name) {
        boolean renamed = jdbc.sql("UPDATE session SET name = :name FROM account WHERE session.id = :id"
                + " AND account.id = session.account_id AND account.id = :account AND NOT " + REVOKED + " AND NOT " + EXPIRED)
                .param("name", name.orElse(null)).param("id", id).param("account", accountId).update() == 1;
        if (renamed) {
            jdbc.sql("DELETE FROM device USING session WHERE session.id = ? AND device.account_id = session.account_id"
                    + " AND device.id = session.device_id").param(id).update();
            name.ifPresent(given -> nameDevice(id, given));
        }
        return renamed;
    }

    /// As many names as an account can have sessions; the oldest goes.
    private void nameDevice(UUID session, String name) {
        jdbc.sql("""
                INSERT INTO device (account_id, id, name)
                SELECT account_id, device_id, ? FROM session WHERE id = ? AND device_id IS NOT NULL""").params(name, session)
                .update();
        jdbc.sql("""
                DELETE FROM device WHERE (account_id, id) IN (
                	SELECT device.account_id, device.id FROM device JOIN session ON session.account_id = device.account_id
                	WHERE session.id = ? ORDER BY named_at DESC OFFSET ?)""").params(session, MOST_NAMES).update();
    }

    List<Session> living(UUID accountId, int most) {
        return jdbc.sql("SELECT " + COLUMNS + FROM + "WHERE session.account_id = ? AND NOT " + REVOKED + " AND NOT "
                + EXPIRED + " ORDER BY session.last_used_at DESC LIMIT ?").params(accountId, most)
                .query((row, _) -> session(row)).list();
    }

    /// Ends one session and notes it for the gateways, in one statement.
    ///
    /// @return the session, where it lived until now
    List<Ended> end(UUID id, EndReason reason) {
        return end("id = :what", id, reason);
    }

    /// {@return those of the account's sessions that lived until now}
    List<Ended> endAll(UUID accountId, EndReason reason) {
        return end("account_id = :what", accountId, reason);
    }

    /// {@return the account's sessions that lived until now, but for one}
    List<Ended> endOthers(UUID accountId, UUID kept, EndReason reason) {
        return end("account_id = :what AND id <> '" + kept + "'::uuid", accountId, reason);
    }

    /// Takes a session along into an epoch of its account.
    void follow(Session kept, int epoch) {
        jdbc.sql("UPDATE session SET account_epoch = ? WHERE id = ?").params(epoch, kept.id()).update();
    }

    /// {@return those of an account's sessions that ended because it has `most` that were used later}
    List<Ended> endBeyond(UUID accountId, int most) {
        return end("id IN (SELECT id FROM session WHERE account_id = :what AND revoked_at IS NULL"
                + " ORDER BY last_used_at DESC, id DESC OFFSET " + most + ")", accountId, EndReason.TOO_MANY);
    }

    @Override
    public int deleteSome(int most) {
        return jdbc.sql("""
                DELETE FROM session WHERE id IN (
                    SELECT id FROM session WHERE idle_expires_at < now() - make_interval(secs => :age)
                        OR revoked_at < now() - make_interval(secs => :age)
                    LIMIT :most)""").param("age", KEPT.toSeconds()).param("most", most).update();
    }

    private List<Ended> end(String which, UUID what, EndReason reason) {
        return jdbc.sql("WITH ended AS (UPDATE session SET revoked_at = now(), revoked_reason = :reason WHERE " + which
                + " AND revoked_at IS NULL RETURNING id, account_id), noted AS (INSERT INTO revocation (session_id, expires_at)"
                + " SELECT id, now() + make_interval(secs => :outlive) FROM ended)"
                + " SELECT id, account_id FROM ended ORDER BY id")
                .param("what", what).param("reason", reason.stored())
                .param("outlive", RevocationFeed.TOKENS_OUTLIVE_SESSION.toSeconds())
                .query((row, _) -> new Ended(row.getObject("id", UUID.class), row.getObject("account_id", UUID.class)))
                .list();
    }

    private static Row row(ResultSet row) throws SQLException {
        Duration sinceRotation = Duration.ofMillis(row.getBigDecimal("since_rotation").movePointRight(3).longValue());
        return new Row(session(row), row.getBytes("refresh_key"),
                new Standing.Lineage(row.getLong("counter"), sinceRotation, row.getBoolean("revoked"),
                        row.getBoolean("expired")));
    }

    private static Session session(ResultSet row) throws SQLException {
        return new Session(row.getObject("id", UUID.class), Accounts.read(row), row.getString("client_id"),
                new Device(row.getString("user_agent"), row.getString("address")),
                Optional.ofNullable(row.getString("name")),
                Session.Assurance.stored(Optional.ofNullable(row.getString("acr"))), row.getTimestamp("auth_time").toInstant(),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("last_used_at").toInstant(), row.getTimestamp("idle_expires_at").toInstant());
    }

    /// A session that lived until now.
    ///
    /// @param id of the session
    /// @param accountId whose it was
    record Ended(UUID id, UUID accountId) {}

    /// A new session.
    ///
    /// @param session just opened
    /// @param others of the account that were not ended before their time
    record Fresh(Session session, int others) {}

    /// A session, alive or not, with what only its refresh tokens need.
    ///
    /// @param session as of now
    /// @param sealedKey of its refresh tokens
    /// @param lineage where its tokens stand
    @SuppressWarnings("ArrayRecordComponent") // never compared; the key is opened at once
    record Row(Session session, byte[] sealedKey, Standing.Lineage lineage) {

        boolean lives() {
            return !lineage.revoked() && !lineage.expired();
        }
    }
}
