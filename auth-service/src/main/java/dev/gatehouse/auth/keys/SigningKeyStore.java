package dev.gatehouse.auth.keys;

import java.util.List;
import java.util.function.Supplier;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

/// Signing keys in PostgreSQL. Two instances that start at once agree on one key: the first takes an advisory lock.
@Repository
class SigningKeyStore {

    private static final long LOCK = 0x6761_7465_6b65_7973L; // "gatekeys": any number that nobody else locks

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    SigningKeyStore(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /// {@return all keys, the active one first; never empty}
    List<StoredKey> loadOrCreate(Supplier<StoredKey> create) {
        return transaction.execute(_ -> {
            jdbc.sql("SELECT pg_advisory_xact_lock(?)").param(LOCK).query().singleRow();
            if (load().isEmpty()) {
                insert(create.get());
            }
            return load();
        });
    }

    private List<StoredKey> load() {
        return jdbc.sql("""
                SELECT kid, algorithm, public_jwk, private_jwk FROM signing_key
                ORDER BY state = 'active' DESC, created_at DESC""").query((row, _) -> new StoredKey(row.getString("kid"),
                row.getString("algorithm"), row.getString("public_jwk"), row.getBytes("private_jwk"))).list();
    }

    private void insert(StoredKey key) {
        jdbc.sql("""
                INSERT INTO signing_key (kid, algorithm, state, public_jwk, private_jwk)
                VALUES (?, ?, 'active', ?, ?)""").params(key.kid(), key.algorithm(), key.publicJwk(), key.sealed())
                .update();
    }
}
