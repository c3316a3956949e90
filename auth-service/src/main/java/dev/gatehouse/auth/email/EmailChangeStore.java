package dev.gatehouse.auth.email;

import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.EmailAddress;
import dev.gatehouse.auth.database.Cleanup;
import dev.gatehouse.auth.email.EmailVerification.By;
import dev.gatehouse.auth.proof.Proofs.Proof;
import dev.gatehouse.auth.proof.Purpose;

/// Changes that wait for confirmation, one for an account. Blocks; thread-safe.
@Repository
public class EmailChangeStore implements Cleanup {

    private final JdbcClient jdbc;

    EmailChangeStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Forgets the change that waits, and makes what was mailed for it worthless: somebody else may have asked for it than whoever has the
    /// account now.
    ///
    /// @param account whose, which nobody else changes until the calling transaction ends
    public void withdraw(UUID account) {
        jdbc.sql("DELETE FROM proof WHERE account_id = ? AND purpose IN ('CHANGE_EMAIL_OLD', 'CHANGE_EMAIL_NEW')").param(account)
                .update();
        end(account);
    }

    /// Begins a change in place of any other. Nobody else changes the account until the calling transaction ends.
    void begin(Account account, EmailAddress wanted) {
        withdraw(account.id());
        jdbc.sql("""
                INSERT INTO email_change (account_id, email, old_confirmed, expires_at)
                VALUES (:account, :email, :old, now() + interval '1 hour')""")
                .param("account", account.id()).param("email", wanted.value()).param("old", !account.emailVerified()).update();
    }

    Optional<Pending> confirm(Proof proof, By by) {
        return jdbc.sql("""
                UPDATE email_change SET old_confirmed = old_confirmed OR :old, new_confirmed = new_confirmed OR :new,
                	owned = owned OR (:new AND :owned)
                WHERE account_id = :account AND expires_at > now() AND (:old OR email = :email)
                RETURNING email, old_confirmed, new_confirmed, owned""")
                .param("owned", by == By.OWNER_WITH_CODE)
                .param("old", proof.purpose() == Purpose.CHANGE_EMAIL_OLD)
                .param("new", proof.purpose() == Purpose.CHANGE_EMAIL_NEW).param("account", proof.account())
                .param("email", proof.email())
                .query((row, _) -> new Pending(row.getString("email"), row.getBoolean("old_confirmed"),
                        row.getBoolean("new_confirmed"), row.getBoolean("owned")))
                .optional();
    }

    void end(UUID account) {
        jdbc.sql("DELETE FROM email_change WHERE account_id = ?").param(account).update();
    }

    @Override
    public int deleteSome(int most) {
        return jdbc.sql("DELETE FROM email_change WHERE account_id IN"
                + " (SELECT account_id FROM email_change WHERE expires_at < now() LIMIT ?)").param(most).update();
    }

    /// Where a change stands.
    ///
    /// @param email that is wanted
    /// @param oldConfirmed whether by the address in use, where that is needed
    /// @param newConfirmed whether by the one that is wanted
    /// @param owned whether that was whoever has the account
    record Pending(String email, boolean oldConfirmed, boolean newConfirmed, boolean owned) {

        boolean confirmed() {
            return oldConfirmed && newConfirmed;
        }
    }
}
