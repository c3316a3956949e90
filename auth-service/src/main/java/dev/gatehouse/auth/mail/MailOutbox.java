package dev.gatehouse.auth.mail;

import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The table of mails. Blocks on the database; thread-safe.
@Repository
class MailOutbox {

    private final JdbcClient jdbc;

    MailOutbox(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(UUID id, MailKind kind, byte[] sealed) {
        jdbc.sql("""
                INSERT INTO mail_outbox (id, kind, payload, expires_at)
                VALUES (:id, :kind, :payload, now() + make_interval(secs => :use))""")
                .param("id", id).param("kind", kind.name()).param("payload", sealed)
                .param("use", kind.ofUse().toSeconds()).update();
    }
}
