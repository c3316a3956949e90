package dev.gatehouse.auth.keys;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Signing keys in PostgreSQL. Its indexes allow one key that signs and one that comes next. Blocks on the database; thread-safe.
@Repository
public class SigningKeyStore {

    private static final long LOCK = 0x6761_7465_6b65_7973L; // "gatekeys": any number that nobody else locks

    private final JdbcClient jdbc;

    /// Works on the given database.
    ///
    /// @param jdbc takes part in the calling thread's transaction
    public SigningKeyStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Waits until nobody else changes keys; lasts until the end of the transaction.
    public void lock() {
        jdbc.sql("SELECT pg_advisory_xact_lock(?)").param(LOCK).query().singleRow();
    }

    /// {@return the database's time}
    public Instant now() {
        return jdbc.sql("SELECT clock_timestamp()").query((row, _) -> row.getTimestamp(1).toInstant()).single();
    }

    /// {@return all keys, the active one first, then the next}
    public List<KeyRecord> load() {
        return jdbc.sql("""
                SELECT kid, algorithm, state, changed_at, public_jwk, private_jwk FROM signing_key
                ORDER BY state = 'active' DESC, state = 'next' DESC, changed_at DESC, kid""")
                .query((row, _) -> new KeyRecord(row.getString("kid"), row.getString("algorithm"),
                        KeyRecord.State.of(row.getString("state")), row.getTimestamp("changed_at").toInstant(),
                        row.getString("public_jwk"), row.getBytes("private_jwk")))
                .list();
    }

    /// {@return a text that is another one when the keys or their states are others}
    String revision() {
        return jdbc.sql("SELECT coalesce(string_agg(kid || ' ' || state, ',' ORDER BY kid), '') FROM signing_key")
                .query(String.class).single();
    }

    /// Adds a key.
    ///
    /// @param key with its state
    public void insert(KeyRecord key) {
        jdbc.sql("""
                INSERT INTO signing_key (kid, algorithm, state, changed_at, public_jwk, private_jwk)
                VALUES (?, ?, ?, ?, ?, ?)""").params(key.kid(), key.algorithm(), key.state().stored(),
                Timestamp.from(key.since()), key.publicJwk(), key.sealed()).update();
    }

    /// Moves a key on. The private half of a retired key is erased.
    ///
    /// @param kid of the key
    /// @param state that it has from now on
    /// @param now the time
    public void move(String kid, KeyRecord.State state, Instant now) {
        jdbc.sql("""
                UPDATE signing_key SET state = :state, changed_at = :now,
                	private_jwk = CASE WHEN :state = 'retired' THEN ''::bytea ELSE private_jwk END
                WHERE kid = :kid""").param("state", state.stored()).param("now", Timestamp.from(now)).param("kid", kid)
                .update();
    }

    /// Removes a key.
    ///
    /// @param kid of the key
    public void delete(String kid) {
        jdbc.sql("DELETE FROM signing_key WHERE kid = ?").param(kid).update();
    }
}
