package dev.gatehouse.auth.admin.user;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.account.Account;
import dev.gatehouse.auth.account.Accounts;

/// Accounts as administrators look for them. Blocks on the database; thread-safe.
@Repository
class Users {

    private static final String SELECT = "SELECT " + Accounts.COLUMNS + ", account.locked_at";
    // A prefix is a range of an index that is ordered by bytes; no pattern is involved, so no character means anything but itself.
    private static final String MATCHES = "account.%1$s COLLATE \"C\" >= :prefix AND account.%1$s COLLATE \"C\" < :end";
    private static final String BRANCH = "(SELECT account.id, account.%1$s COLLATE \"C\" AS key FROM account WHERE " + MATCHES
            + " AND account.%1$s COLLATE \"C\" > :after %2$s ORDER BY 2 LIMIT :limit)";
    private static final String LAST = Character.toString(0x10FFFF);

    private final JdbcClient jdbc;

    Users(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<User> find(UUID id) {
        return jdbc.sql(SELECT + " FROM account WHERE id = ?").param(id).query((row, _) -> user(row)).optional();
    }

    /// {@return the account, which nobody else changes until the calling transaction ends}
    Optional<User> lock(UUID id) {
        return jdbc.sql(SELECT + " FROM account WHERE id = ? FOR UPDATE").param(id).query((row, _) -> user(row)).optional();
    }

    /// {@return the scopes of those of the roles that exist, which stay until the calling transaction ends}
    Map<String, List<String>> scopes(Collection<String> roles) {
        Map<String, List<String>> scopes = new HashMap<>();
        jdbc.sql("SELECT name, scopes FROM role WHERE name = ANY (?) ORDER BY name FOR SHARE").param(roles.toArray(String[]::new))
                .query((RowCallbackHandler) row -> scopes.put(row.getString("name"),
                        List.of((String[]) row.getArray("scopes").getArray())));
        return scopes;
    }

    /// {@return whom the query finds, in the order of what was found: their username, else their address}
    List<Found> search(UserQuery query) {
        return bound(statement(query), query).query((row, _) -> new Found(user(row), row.getString("key"))).list();
    }

    static String statement(UserQuery query) {
        String conditions = (query.role().isPresent() ? " AND account.roles @> ARRAY[CAST(:role AS text)]" : "")
                + query.locked().map(locked -> " AND account.locked_at IS " + (locked ? "NOT NULL" : "NULL")).orElse("");
        String branches = BRANCH.formatted("username_key", conditions);
        if (!query.prefix().isEmpty()) {
            branches += " UNION ALL " + BRANCH.formatted("email_key",
                    conditions + " AND NOT (" + MATCHES.formatted("username_key") + ")");
        }
        return SELECT + ", found.key FROM (" + branches + ") found JOIN account ON account.id = found.id"
                + " ORDER BY found.key LIMIT :limit";
    }

    JdbcClient.StatementSpec bound(String statement, UserQuery query) {
        return jdbc.sql(statement).param("prefix", query.prefix()).param("end", query.prefix() + LAST)
                .param("after", query.page().after().orElse("")).param("role", query.role().orElse(""))
                .param("limit", query.page().oneMore());
    }

    private static User user(ResultSet row) throws SQLException {
        return new User(Accounts.read(row), Optional.ofNullable(row.getTimestamp("locked_at")).map(Timestamp::toInstant));
    }

    /// An account as administrators see it.
    ///
    /// @param account itself
    /// @param lockedAt since when its owner is kept out
    record User(Account account, Optional<Instant> lockedAt) {}

    /// Somebody who was found.
    ///
    /// @param user themselves
    /// @param key what was found
    record Found(User user, String key) {}
}
