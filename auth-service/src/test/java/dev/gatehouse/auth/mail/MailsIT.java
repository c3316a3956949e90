package dev.gatehouse.auth.mail;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.AuthServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class MailsIT {

    private final AuthServer server = AuthServer.shared();
    private final Mails mails = server.bean(Mails.class);
    private final Mail mail = Mail.of(MailKind.RESET_PASSWORD, Mail.Recipient.of("reader@example.com", "reader"),
            new Mail.Proof("secret-token", "12345678", Duration.ofMinutes(15)));

    @Test
    void refusesOutsideOfATransaction() {
        assertThatThrownBy(() -> mails.enqueue(mail)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsNothingReadableAtRest() {
        server.bean(TransactionTemplate.class).executeWithoutResult(_ -> mails.enqueue(mail));

        String row = server.database()
                .sql("SELECT m::text || encode(payload, 'escape') FROM mail_outbox m ORDER BY id DESC LIMIT 1")
                .query(String.class).single();
        assertThat(row).contains("RESET_PASSWORD").doesNotContain("reader", "secret", "12345678");
    }

    @Test
    void areTakenByTurnsThoseFirstThatNobodyHasTried() {
        server.bean(TransactionTemplate.class).executeWithoutResult(transaction -> {
            transaction.setRollbackOnly();
            server.database().sql("UPDATE mail_outbox SET due_at = now() + interval '1 hour'").update();
            UUID triedBefore = enqueued();
            server.database().sql("UPDATE mail_outbox SET attempts = 1, due_at = now() - interval '1 hour' WHERE id = ?")
                    .param(triedBefore).update();
            UUID untried = enqueued();

            MailOutbox outbox = server.bean(MailOutbox.class);
            assertThat(Stream.of(outbox.take(), outbox.take()).map(row -> row.orElseThrow().id())).containsExactly(untried,
                    triedBefore);
        });
    }

    /// However many come that nobody has tried.
    @Test
    void areTakenThoughTheyWerePutOffAndOthersWait() {
        server.bean(TransactionTemplate.class).executeWithoutResult(transaction -> {
            transaction.setRollbackOnly();
            server.database().sql("UPDATE mail_outbox SET due_at = now() + interval '1 hour'").update();
            UUID triedBefore = enqueued();
            server.database().sql("UPDATE mail_outbox SET attempts = 1 WHERE id = ?").param(triedBefore).update();
            for (int i = 0; i < 10; i++) {
                mails.enqueue(mail);
            }

            MailOutbox outbox = server.bean(MailOutbox.class);
            assertThat(outbox.takeTried().orElseThrow().id()).isEqualTo(triedBefore);
            assertThat(outbox.takeTried()).as("none but that one").isEmpty();
        });
    }

    @Test
    void areForgottenABoundedNumberAtATime() {
        server.bean(TransactionTemplate.class).executeWithoutResult(transaction -> {
            transaction.setRollbackOnly();
            server.database().sql("DELETE FROM mail_outbox").update();
            for (int i = 0; i < 3; i++) {
                mails.enqueue(mail);
            }
            server.database().sql("UPDATE mail_outbox SET expires_at = now()").update();
            MailOutbox outbox = server.bean(MailOutbox.class);

            assertThat(Stream.of(2, 2, 2).map(outbox::deleteSome)).containsExactly(2, 1, 0);
        });
    }

    @Test
    void leavesKindsOfANewerVersionToThoseWhoKnowThem() {
        server.bean(TransactionTemplate.class).executeWithoutResult(transaction -> {
            transaction.setRollbackOnly();
            server.database().sql("UPDATE mail_outbox SET due_at = now() + interval '1 hour'").update();
            server.database().sql("UPDATE mail_outbox SET kind = 'FROM_LATER' WHERE id = ?").param(enqueued()).update();

            assertThat(server.bean(MailOutbox.class).take()).isEmpty();
        });
    }

    @Test
    void tellsTheUserOfAReusedRefreshToken() {
        var someone = server.someone();
        server.post("/auth/refresh", AuthServer.refresh(someone.refreshToken()));
        server.database().sql("UPDATE session SET rotated_at = rotated_at - interval '1 hour' WHERE account_id = ?")
                .param(userId(someone)).update();
        long before = count();

        server.post("/auth/refresh", AuthServer.refresh(someone.refreshToken()));
        server.post("/auth/refresh", AuthServer.refresh(someone.refreshToken()));

        assertThat(count()).as("one mail, however often the token is tried").isEqualTo(before + 1);
        var types = server.database().sql("SELECT type FROM outbox WHERE subject = ? ORDER BY position").param(userId(someone))
                .query(String.class).list();
        assertThat(types).endsWith("session.reuse_detected", "session.revoked");
    }

    private UUID enqueued() {
        List<UUID> before = ids();
        mails.enqueue(mail);
        return ids().stream().filter(id -> !before.contains(id)).findAny().orElseThrow();
    }

    private List<UUID> ids() {
        return server.database().sql("SELECT id FROM mail_outbox").query(UUID.class).list();
    }

    private long count() {
        return server.database().sql("SELECT count(*) FROM mail_outbox WHERE kind = 'REFRESH_REUSE'").query(Long.class).single();
    }

    private UUID userId(AuthServer.SignedIn someone) {
        return server.database().sql("SELECT id FROM account WHERE username = ?").param(someone.name()).query(UUID.class)
                .single();
    }
}
