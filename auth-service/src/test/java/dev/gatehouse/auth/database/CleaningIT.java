package dev.gatehouse.auth.database;

import java.util.UUID;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.auth.AuthServer;

import static org.assertj.core.api.Assertions.assertThat;

/// Rows that nobody needs any more go within a minute, and no others.
final class CleaningIT {

    private static final AuthServer SERVER = AuthServer.shared();

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            proof           | account_id | id, purpose, email, token_hash, code_hash, tries_left, code_expires_at, token_expires_at           | gen_random_uuid(), 'VERIFY_EMAIL', '', sha256(gen_random_uuid()::text::bytea), '', 5, now(), now() - age | 1 second  | -1 hour
            challenge       | account_id | id, token_hash, account_epoch, methods, tries_left, expires_at                                      | gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), 0, '{}', 5, now() - age                      | 1 second  | -1 hour
            session         | account_id | id, account_epoch, refresh_key, client_id, amr, user_agent, address, absolute_expires_at, idle_expires_at | gen_random_uuid(), 0, '', '', '{}', '', '', now(), now() - age                                        | 25 hours  | 23 hours
            session         | account_id | id, account_epoch, refresh_key, client_id, amr, user_agent, address, absolute_expires_at, idle_expires_at, revoked_at | gen_random_uuid(), 0, '', '', '{}', '', '', 'infinity', 'infinity', now() - age           | 25 hours  | 23 hours
            email_change    | account_id | email, old_confirmed, expires_at                                                                    | '', false, now() - age                                                                                  | 1 second  | -1 hour
            totp_enrolment  | account_id | id, session_id, secret, tries_left, expires_at                                                      | gen_random_uuid(), gen_random_uuid(), '', 5, now() - age                                                | 1 second  | -1 hour
            revocation      | session_id | published_at, expires_at                                                                            | now(), now() - age                                                                                      | 6 minutes | 4 minutes
            idempotency_key | id         | fingerprint, started_at                                                                             | '', now() - age                                                                                         | 25 hours  | 23 hours
            """)
    void removesWhatIsOver(String table, String key, String columns, String values, String over, String needed) {
        String insert = "INSERT INTO %s (%s, %s) SELECT %s, %s FROM CAST(:age AS interval) AS age".formatted(table, key, columns,
                key.equals("id") ? ":owner::text" : ":owner", values);
        UUID gone = insert(table, key, insert, over);
        UUID kept = insert(table, key, insert, needed);

        TestHousekeeping.run(SERVER);

        assertThat(count(table, key, gone)).isZero();
        assertThat(count(table, key, kept)).isEqualTo(1);
    }

    /// {@return somebody of whom there is nothing else in the table}
    private static UUID insert(String table, String key, String insert, String age) {
        UUID owner = SERVER.database().sql("SELECT id FROM account WHERE username_key = ?").param(SERVER.someone().name())
                .query(UUID.class).single();
        SERVER.database().sql("DELETE FROM " + table + " WHERE " + key + "::text = ?").param(owner.toString()).update();
        assertThat(SERVER.database().sql(insert).param("owner", owner).param("age", age).update()).isEqualTo(1);
        return owner;
    }

    private static int count(String table, String key, UUID owner) {
        return SERVER.database().sql("SELECT count(*) FROM " + table + " WHERE " + key + "::text = ?").param(owner.toString())
                .query(Integer.class).single();
    }
}
