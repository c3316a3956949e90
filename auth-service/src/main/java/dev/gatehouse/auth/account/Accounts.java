package dev.gatehouse.auth.account;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Accounts in PostgreSQL. Blocks on the database; thread-safe.
@Repository
public class Accounts {

    /// The columns that [#read] needs, for statements that join the table as `account`.
    public static final String COLUMNS = "account.id AS account_id, account.username, account.email,"
            + " account.email_verified, account.roles, account.session_epoch,"
            + " account.first_sign_in_at IS NOT NULL AS signed_in_before, account.created_at AS account_created_at, account.deletion_due_at,"
            + " account.locked_at IS NOT NULL AS locked, ARRAY(SELECT DISTINCT scope FROM role, unnest(role.scopes) AS scope"
            + " WHERE role.name = ANY (account.roles) ORDER BY scope) AS scopes";

    private final JdbcClient jdbc;

    /// Works on the given database.
    public Accounts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// {@return the account and its password hash}
    ///
    /// @param login a username or an e-mail address, in any case
    public Optional<WithPassword> findByLogin(String login) {
        String column = login.indexOf('@') >= 0 ? "email_key" : "username_key";
        return jdbc.sql("SELECT " + COLUMNS + ", password_hash FROM account WHERE " + column + " = ?")
                .param(login.toLowerCase(Locale.ROOT)) // as attempts are counted; the database's lower() knows other letters
                .query((row, _) -> new WithPassword(read(row), row.getString("password_hash"))).optional();
    }

    /// {@return the account and its password hash}
    ///
    /// @param id of the account
    public Optional<WithPassword> find(UUID id) {
        return jdbc.sql("SELECT " + COLUMNS + ", password_hash FROM account WHERE id = ?").param(id)
                .query((row, _) -> new WithPassword(read(row), row.getString("password_hash"))).optional();
    }

    /// {@return the account, which nobody else changes until the calling transaction ends}
    ///
    /// @param id of an account that exists
    public Account lock(UUID id) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM account WHERE id = ? FOR UPDATE").param(id).query((row, _) -> read(row))
                .single();
    }

    /// Lets nothing count any more that was proven before: known devices are strangers, sessions end.
    ///
    /// @param id of an account that exists
    /// @return its `session_epoch` then
    public int raiseEpoch(UUID id) {
        return jdbc.sql("UPDATE account SET session_epoch = session_epoch + 1 WHERE id = ? RETURNING session_epoch").param(id)
                .query(Integer.class).single();
    }

    /// {@return whether this is the first time; once, however many sign in at that moment}
    ///
    /// @param id of the account that signs in
    public boolean firstSignIn(UUID id) {
        return jdbc.sql("UPDATE account SET first_sign_in_at = now() WHERE id = ? AND first_sign_in_at IS NULL").param(id)
                .update() == 1;
    }

    /// Gives an account another password; sign-ins that have begun come to nothing.
    ///
    /// @param id of the account
    /// @param passwordHash PHC string
    /// @return the account's `session_epoch` then
    public int setPassword(UUID id, String passwordHash) {
        return jdbc
                .sql("UPDATE account SET password_hash = ?, session_epoch = session_epoch + 1 WHERE id = ? RETURNING session_epoch")
                .params(passwordHash, id).query(Integer.class).single();
    }

    /// Locks an account, or opens it again.
    ///
    /// @param id of the account
    /// @param locked whether its owner is to be kept out; sign-ins that have begun come to nothing then
    public void setLocked(UUID id, boolean locked) {
        jdbc.sql(locked
                ? "UPDATE account SET locked_at = coalesce(locked_at, now()), session_epoch = session_epoch + 1 WHERE id = ?"
                : "UPDATE account SET locked_at = NULL WHERE id = ?").param(id).update();
    }

    /// Gives an account other roles.
    ///
    /// @param id of the account
    /// @param roles all it has from now on
    public void setRoles(UUID id, List<String> roles) {
        jdbc.sql("UPDATE account SET roles = ? WHERE id = ?").params(roles.toArray(String[]::new), id).update();
    }

    /// Notes that somebody reads the address.
    ///
    /// @param id of the account
    /// @param email that was proven to be read
    /// @param owned whether by whoever has the account
    /// @return false where the account has another address
    public boolean verifyEmail(UUID id, EmailAddress email, boolean owned) {
        return jdbc.sql("UPDATE account SET email_verified = true, email_owned = email_owned OR ? WHERE id = ? AND email_key = ?")
                .params(owned, id, email.key()).update() == 1;
    }

    /// {@return whether whoever has the account has shown themselves that they read its address. That it is verified does not say so: its reader may
    /// have confirmed a link of a mail that somebody else brought about}
    ///
    /// @param id of the account
    public boolean isEmailOwned(UUID id) {
        return jdbc.sql("SELECT email_owned FROM account WHERE id = ?").param(id).query(Boolean.class).optional().orElse(false);
    }

    /// Gives an account another address, which is verified.
    ///
    /// @param id of the account
    /// @param email proven to be read
    /// @param owned whether by whoever has the account
    /// @throws org.springframework.dao.DuplicateKeyException where another account has it
    public void changeEmail(UUID id, EmailAddress email, boolean owned) {
        jdbc.sql("UPDATE account SET email = ?, email_key = ?, email_verified = true, email_owned = ? WHERE id = ?")
                .params(email.value(), email.key(), owned, id).update();
    }

    /// Gives an account another name.
    ///
    /// @param id of the account
    /// @param username wanted
    /// @return the account as it is then
    /// @throws org.springframework.dao.DuplicateKeyException where another account has it
    public Account rename(UUID id, Username username) {
        return jdbc.sql("UPDATE account SET username = ?, username_key = ? WHERE id = ? RETURNING " + COLUMNS)
                .params(username.value(), username.key(), id).query((row, _) -> read(row)).single();
    }

    /// {@return whether the account was marked for deletion, and is not any more}
    ///
    /// @param id of the account
    public boolean keep(UUID id) {
        return jdbc.sql("UPDATE account SET deletion_due_at = NULL WHERE id = ? AND deletion_due_at IS NOT NULL").param(id)
                .update() == 1;
    }

    /// Adds an account. Where the e-mail address is known its row is written as it was, so that the cost does not tell.
    ///
    /// @param id of the new account
    /// @param username wanted
    /// @param email wanted
    /// @param passwordHash PHC string
    /// @return the account, or the one that has the e-mail address already: with another id
    /// @throws org.springframework.dao.DuplicateKeyException where the username is taken
    Account insert(UUID id, Username username, EmailAddress email, String passwordHash) {
        return jdbc.sql("""
                INSERT INTO account (id, username, username_key, email, email_key, password_hash, roles)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (email_key) DO UPDATE SET email_key = excluded.email_key RETURNING\s""" + COLUMNS)
                .params(id, username.value(), username.key(), email.value(), email.key(), passwordHash,
                        Account.FIRST_ROLES.toArray(String[]::new))
                .query((row, _) -> read(row)).single();
    }

    /// Exchanges the hash of a password, unless it has changed meanwhile.
    ///
    /// @param id of the account
    /// @param expected the text as it was read
    /// @param passwordHash PHC string of the same password
    /// @return whether it was exchanged
    public boolean replaceHash(UUID id, String expected, String passwordHash) {
        return jdbc.sql("UPDATE account SET password_hash = ? WHERE id = ? AND password_hash = ?")
                .params(passwordHash, id, expected).update() == 1;
    }

    boolean usernameTaken(Username username) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM account WHERE username_key = ?)").param(username.key())
                .query(Boolean.class).single();
    }

    /// {@return the id of the account, which then has the role; empty where there is none}
    Optional<UUID> grant(Username username, String role) {
        return jdbc.sql("""
                UPDATE account SET roles = CASE WHEN :role = ANY(roles) THEN roles ELSE array_append(roles, :role) END
                WHERE username_key = :username RETURNING id""").param("role", role).param("username", username.key())
                .query(UUID.class).optional();
    }

    /// {@return its account}
    ///
    /// @param row with [#COLUMNS]
    /// @throws SQLException where a column is missing
    public static Account read(ResultSet row) throws SQLException {
        return new Account(row.getObject("account_id", UUID.class), new Username(row.getString("username")),
                new EmailAddress(row.getString("email")), row.getBoolean("email_verified"),
                List.of((String[]) row.getArray("roles").getArray()), List.of((String[]) row.getArray("scopes").getArray()),
                row.getBoolean("locked"), row.getInt("session_epoch"), row.getBoolean("signed_in_before"),
                row.getTimestamp("account_created_at").toInstant(),
                Optional.ofNullable(row.getTimestamp("deletion_due_at")).map(Timestamp::toInstant));
    }

    /// An account with what only the sign-in may see.
    ///
    /// @param account whose it is
    /// @param passwordHash as stored, in any format that can be verified
    public record WithPassword(Account account, String passwordHash) {

        @Override
        public String toString() {
            return account.toString();
        }
    }
}
