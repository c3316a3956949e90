package dev.gatehouse.auth.challenge;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.database.Cleanup;
import dev.gatehouse.auth.mfa.Method;

/// Challenges in PostgreSQL, whose clock counts: without Redis there must be second factors too. Every change is one statement. Blocks;
/// thread-safe.
@Repository
class ChallengeStore implements Cleanup {

    private static final int TRIES = 5;

    private final JdbcClient jdbc;

    ChallengeStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(Challenge challenge, byte[] tokenHash, Duration lifetime) {
        jdbc.sql(
                """
                        INSERT INTO challenge (id, token_hash, account_id, account_epoch, session_id, methods, proof_id, tries_left, expires_at)
                        VALUES (:id, :token, :account, :epoch, :session, :methods, :proof, :tries, now() + make_interval(secs => :lifetime))""")
                .param("id", challenge.id()).param("token", tokenHash).param("account", challenge.account())
                .param("epoch", challenge.accountEpoch())
                .param("session", challenge.session().orElse(null), java.sql.Types.OTHER)
                .param("methods", challenge.methods().stream().map(Method::key).toArray(String[]::new))
                .param("proof", challenge.mailed().orElse(null), java.sql.Types.OTHER).param("tries", TRIES)
                .param("lifetime", lifetime.toSeconds()).update();
    }

    Optional<Challenge> find(byte[] tokenHash) {
        return jdbc.sql("SELECT * FROM challenge WHERE token_hash = ? AND tries_left > 0 AND expires_at > now()").param(tokenHash)
                .query((row, _) -> read(row)).optional();
    }

    /// Takes one of the tries before anybody looks at the code, so that many at once have five between them.
    boolean tryOnce(UUID id) {
        return jdbc.sql("UPDATE challenge SET tries_left = tries_left - 1 WHERE id = ? AND tries_left > 0 AND expires_at > now()")
                .param(id).update() == 1;
    }

    void mailed(UUID id, UUID proof) {
        jdbc.sql("UPDATE challenge SET proof_id = ? WHERE id = ?").params(proof, id).update();
    }

    boolean delete(UUID id) {
        return jdbc.sql("DELETE FROM challenge WHERE id = ? AND expires_at > now()").param(id).update() == 1;
    }

    void deleteAll(UUID account) {
        jdbc.sql("DELETE FROM challenge WHERE account_id = ?").param(account).update();
    }

    @Override
    public int deleteSome(int most) {
        return jdbc.sql("DELETE FROM challenge WHERE id IN (SELECT id FROM challenge WHERE expires_at < now() LIMIT ?)")
                .param(most)
                .update();
    }

    private static Challenge read(ResultSet row) throws SQLException {
        return new Challenge(row.getObject("id", UUID.class), row.getObject("account_id", UUID.class),
                row.getInt("account_epoch"), Optional.ofNullable(row.getObject("session_id", UUID.class)),
                Arrays.stream((String[]) row.getArray("methods").getArray()).map(Method::of).toList(),
                Optional.ofNullable(row.getObject("proof_id", UUID.class)));
    }
}
