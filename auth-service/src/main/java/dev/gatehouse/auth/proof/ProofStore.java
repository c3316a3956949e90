package dev.gatehouse.auth.proof;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.database.Cleanup;
import dev.gatehouse.auth.proof.Proofs.Proof;

/// Proofs in PostgreSQL, whose clock counts. Every change is one statement. Blocks; thread-safe.
@Repository
class ProofStore implements Cleanup {

    private static final int TRIES = 5;
    private static final Duration CODE_LIFETIME = Duration.ofMinutes(10);

    private final JdbcClient jdbc;

    ProofStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(Proof proof, byte[] tokenHash, byte[] codeHash) {
        jdbc.sql(
                """
                        INSERT INTO proof (id, account_id, purpose, email, token_hash, code_hash, tries_left, code_expires_at, token_expires_at)
                        VALUES (:id, :account, :purpose, :email, :token, :code, :tries, now() + make_interval(secs => :codeLife),
                        	now() + make_interval(secs => :tokenLife))""")
                .param("id", proof.id()).param("account", proof.account()).param("purpose", proof.purpose().name())
                .param("email", proof.email()).param("token", tokenHash).param("code", codeHash).param("tries", TRIES)
                .param("codeLife", CODE_LIFETIME.toSeconds()).param("tokenLife", proof.purpose().lifetime().toSeconds()).update();
    }

    Optional<Proof> find(Purpose purpose, byte[] tokenHash) {
        return jdbc.sql("SELECT * FROM proof WHERE token_hash = ? AND purpose = ? AND token_expires_at > now()")
                .params(tokenHash, purpose.name()).query((row, _) -> read(row)).optional();
    }

    /// Takes one of the tries before anybody looks at the code, so that many at once have five between them.
    Optional<Tried> tryCode(Purpose purpose, UUID id) {
        return jdbc.sql("""
                UPDATE proof SET tries_left = tries_left - 1
                WHERE id = ? AND purpose = ? AND tries_left > 0 AND code_expires_at > now() RETURNING *""")
                .params(id, purpose.name()).query((row, _) -> new Tried(read(row), row.getBytes("code_hash"))).optional();
    }

    /// Takes back one [#tryCode].
    void giveTryBack(UUID id) {
        jdbc.sql("UPDATE proof SET tries_left = tries_left + 1 WHERE id = ?").param(id).update();
    }

    Optional<UUID> newest(Purpose purpose, UUID account) {
        return jdbc.sql("SELECT id FROM proof WHERE account_id = ? AND purpose = ? ORDER BY created_at DESC LIMIT 1")
                .params(account, purpose.name()).query(UUID.class).optional();
    }

    boolean isCodeOpen(UUID id) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM proof WHERE id = ? AND tries_left > 0 AND code_expires_at > now())").param(id)
                .query(Boolean.class).single();
    }

    /// {@return whether there is the account}
    boolean lockAccount(UUID account) {
        return jdbc.sql("SELECT id FROM account WHERE id = ? FOR UPDATE").param(account).query(UUID.class).optional().isPresent();
    }

    boolean delete(UUID id) {
        return jdbc.sql("DELETE FROM proof WHERE id = ? AND token_expires_at > now()").param(id).update() == 1;
    }

    void deleteAll(Purpose purpose, UUID account) {
        jdbc.sql("DELETE FROM proof WHERE account_id = ? AND purpose = ?").params(account, purpose.name()).update();
    }

    @Override
    public int deleteSome(int most) {
        return jdbc.sql("DELETE FROM proof WHERE id IN (SELECT id FROM proof WHERE token_expires_at < now() LIMIT ?)").param(most)
                .update();
    }

    private static Proof read(ResultSet row) throws SQLException {
        return new Proof(row.getObject("id", UUID.class), Purpose.valueOf(row.getString("purpose")),
                row.getObject("account_id", UUID.class), row.getString("email"));
    }

    /// A proof whose code is about to be compared.
    ///
    /// @param proof that the code is for
    /// @param codeHash of the right code
    @SuppressWarnings("ArrayRecordComponent") // never compared; looked at once
    record Tried(Proof proof, byte[] codeHash) {}
}
