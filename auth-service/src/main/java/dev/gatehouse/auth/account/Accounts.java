package dev.gatehouse.auth.account;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Accounts in PostgreSQL. Blocks on the database; thread-safe.
@Repository
public class Accounts {

    /// The columns that [#read] needs, for statements that join the table as `account`.
    public static final String COLUMNS = "account.id AS account_id, account.username, account.email,"
            + " account.email_verified, account.roles, account.session_epoch, account.created_at AS account_created_at";

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
        return jdbc.sql("SELECT " + COLUMNS + ", password_hash FROM account WHERE " + column + " = lower(?)").param(login)
                .query((row, _) -> new WithPassword(read(row), row.getString("password_hash"))).optional();
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
                List.of((String[]) row.getArray("roles").getArray()), row.getInt("session_epoch"),
                row.getTimestamp("account_created_at").toInstant());
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
