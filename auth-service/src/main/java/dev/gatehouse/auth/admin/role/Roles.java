package dev.gatehouse.auth.admin.role;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.listing.Listing;

/// Roles in PostgreSQL. Blocks on the database; thread-safe.
@Repository
class Roles {

    private static final String SELECT = "SELECT name, description, scopes, built_in FROM role";

    private final JdbcClient jdbc;

    Roles(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<Role> list(Listing page) {
        return jdbc.sql(SELECT + " WHERE name COLLATE \"C\" > ? ORDER BY name COLLATE \"C\" LIMIT ?")
                .params(page.after().orElse(""), page.oneMore()).query((row, _) -> role(row)).list();
    }

    Optional<Role> find(String name) {
        return jdbc.sql(SELECT + " WHERE name = ?").param(name).query((row, _) -> role(row)).optional();
    }

    /// {@return the role, which nobody else changes, gives or takes until the calling transaction ends}
    Optional<Role> lock(String name) {
        return jdbc.sql(SELECT + " WHERE name = ? FOR UPDATE").param(name).query((row, _) -> role(row)).optional();
    }

    /// {@return whether there was none of that name}
    boolean insert(Role role) {
        return jdbc.sql("INSERT INTO role (name, description, scopes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
                .params(role.name(), role.description(), role.scopes().toArray(String[]::new)).update() == 1;
    }

    void update(Role role) {
        jdbc.sql("UPDATE role SET description = ?, scopes = ? WHERE name = ?")
                .params(role.description(), role.scopes().toArray(String[]::new), role.name()).update();
    }

    boolean isUsed(String name) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM account WHERE roles @> ARRAY[?::text])").param(name).query(Boolean.class)
                .single();
    }

    void delete(String name) {
        jdbc.sql("DELETE FROM role WHERE name = ?").param(name).update();
    }

    private static Role role(ResultSet row) throws SQLException {
        return new Role(row.getString("name"), row.getString("description"),
                List.of((String[]) row.getArray("scopes").getArray()),
                row.getBoolean("built_in"));
    }
}
