package dev.gatehouse.auth.sealing;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.database.AfterMigration;
import dev.gatehouse.auth.database.Cleanup;
import dev.gatehouse.auth.database.StartRefused;

/// Remembers the names of all key-encryption keys under which something may be sealed, so that a service which cannot open everything does not
/// start. Every instance says each minute under which key it seals. Blocks on the database; thread-safe.
@Repository
@Order(0) // ahead of everything that seals
public class SealingKeys implements AfterMigration, Cleanup {

    private static final String FOREIGN = "GATEHOUSE_KEK: does not open what lies in the database (expected: the key with which it was"
            + " sealed; where another is to take its place, that one in GATEHOUSE_KEK_OLD)";

    private final JdbcClient jdbc;
    private final Sealer sealer;

    /// Works on the given database.
    ///
    /// @param jdbc migrated
    /// @param sealer with all key-encryption keys
    public SealingKeys(JdbcClient jdbc, Sealer sealer) {
        this.jdbc = jdbc;
        this.sealer = sealer;
    }

    @Override
    public void afterMigration() {
        Set<String> given = sealer.all().stream().map(KeyEncryptionKey::toString).collect(Collectors.toSet());
        List<String> stored = names();
        Set<String> needed = new HashSet<>(stored);
        boolean stranger = !needed.isEmpty() && !needed.contains(sealer.current().toString());
        needed.removeAll(given);
        if (!needed.isEmpty()) {
            throw new StartRefused(stranger
                    ? FOREIGN
                    : "GATEHOUSE_KEK_OLD: lacks " + needed.size() + " of the keys with which values in the database are sealed"
                            + " (expected: all of them until `keys reseal` has ended)");
        }
        if (stored.isEmpty() && !opensWhatThereIs()) {
            throw new StartRefused(FOREIGN);
        }
        note();
    }

    /// Of a database from before keys had names: one value stands for all.
    private boolean opensWhatThereIs() {
        return jdbc.sql("SELECT kid, private_jwk FROM signing_key WHERE octet_length(private_jwk) > 0 LIMIT 1")
                .query((row, _) -> sealer.open(row.getBytes(2), "signing-key:" + row.getString(1)).isPresent()).optional()
                .orElse(true);
    }

    /// Refuses to go on, for commands that seal, where no instance has said that it seals under the current key: they could not open it.
    ///
    /// @throws IllegalArgumentException with a line for the operator
    public void requireKnown() {
        if (!names().contains(sealer.current().toString())) {
            throw new IllegalArgumentException(
                    "GATEHOUSE_KEK: no instance uses this key (expected: the key that running instances have)");
        }
    }

    /// Says that this instance seals under its current key; runs each minute.
    @Override
    public int deleteSome(int most) {
        note();
        return 0;
    }

    /// Notes that something is sealed under the current key.
    void note() {
        jdbc.sql("INSERT INTO sealing_key (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET seals_at = now()")
                .param(sealer.current().toString()).update();
    }

    /// Forgets all keys but the current one, which is right once nothing is sealed under them any more.
    ///
    /// @return names of those that stay because an instance that still runs seals under them
    List<String> forgetOthers() {
        jdbc.sql("DELETE FROM sealing_key WHERE name <> ? AND seals_at < now() - interval '3 minutes'")
                .param(sealer.current().toString()).update();
        return names().stream().filter(name -> !name.equals(sealer.current().toString())).toList();
    }

    private List<String> names() {
        return jdbc.sql("SELECT name FROM sealing_key ORDER BY name").query((row, _) -> row.getString(1)).list();
    }
}
