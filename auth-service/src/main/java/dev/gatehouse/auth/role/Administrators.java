package dev.gatehouse.auth.role;

import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Those with the role `admin`. Blocks on the database; thread-safe.
@Repository
public class Administrators {

    private static final long LOCK = 0x6761_7465_6164_6D6EL; // any number nobody else takes

    private final JdbcClient jdbc;

    Administrators(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Makes changes that concern administrators wait for each other, on all instances, until the end of the calling transaction: of two
    /// who remove each other at the same moment one has to see what the other did.
    public void oneAtATime() {
        jdbc.sql("SELECT pg_advisory_xact_lock(?)").param(LOCK).query((_, _) -> true).single();
    }

    /// {@return whether somebody else can administer: an account that has the role, is not locked and will not be deleted}
    ///
    /// @param id of the account that does not count
    public boolean othersThan(UUID id) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM account WHERE roles @> ARRAY['admin'] AND locked_at IS NULL"
                + " AND deletion_due_at IS NULL AND id <> ?)").param(id).query(Boolean.class).single();
    }

    /// {@return whether anybody has the role}
    boolean exist() {
        return jdbc.sql("SELECT EXISTS (SELECT FROM account WHERE roles @> ARRAY['admin'])").query(Boolean.class).single();
    }

    /// {@return whether the account has the role from now on because nobody had it}
    ///
    /// @param id of the account
    boolean makeFirst(UUID id) {
        return jdbc.sql("UPDATE account SET roles = array_append(roles, 'admin') WHERE id = ?"
                + " AND NOT EXISTS (SELECT FROM account WHERE roles @> ARRAY['admin'])").param(id).update() == 1;
    }
}
