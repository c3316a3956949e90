package dev.gatehouse.auth.mail;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.FaultyProxy;
import dev.gatehouse.devservices.MailSink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// From the outbox to the reader.
final class MailSendingIT {

    private static final Duration SOON = Duration.ofSeconds(15);

    private static MailSink sink;
    private static Greylist greylist;
    private static FaultyProxy proxy;
    private static AuthServer server;

    @BeforeAll
    static void start() {
        sink = MailSink.temporary();
        greylist = new Greylist(URI.create(sink.smtpUrl()).getPort());
        proxy = new FaultyProxy(greylist.port());
        Map<String, String> environment = AuthServer.environment();
        environment.put("SMTP_URL", "smtp://127.0.0.1:" + proxy.port());
        server = AuthServer.start(environment);
    }

    @AfterAll
    static void stop() {
        server.close();
        proxy.close();
        greylist.close();
        sink.close();
    }

    @AfterEach
    void mend() {
        proxy.refuse(false);
        proxy.release();
    }

    @Test
    void tellsAUserWhoseRefreshTokenWasUsedAgain() {
        SignedIn someone = server.someone();
        server.post("/auth/refresh", AuthServer.refresh(someone.refreshToken()));
        server.database().sql("UPDATE session SET rotated_at = rotated_at - interval '1 hour'").update();

        server.post("/auth/refresh", AuthServer.refresh(someone.refreshToken()), "X-Forwarded-Host", "evil.example",
                "Forwarded", "host=evil.example", "User-Agent", "Buy at http://evil.example");

        String text = awaitTextTo(someone.name() + "@example.com", "An old key"); // the first one was about the address
        assertThat(text)
                .contains("Hello " + someone.name(), "http://auth.test/auth/password/reset", "an unknown device", "127.0.0.1")
                .doesNotContain("evil");
    }

    @Test
    void carriesALinkToThePublicUrlAndACode() {
        UUID id = enqueue("link@example.com");

        assertThat(awaitTextTo("link@example.com")).contains("http://auth.test/auth/password/reset?token=the-token\r\n",
                "24681357");
        await().atMost(SOON).until(() -> outcome(id).equals("sent, forgotten"));
    }

    @Test
    void sendsNothingOfARolledBackTransaction() {
        server.bean(TransactionTemplate.class).executeWithoutResult(transaction -> {
            server.bean(Mails.class).enqueue(mail("rolled-back@example.com"));
            transaction.setRollbackOnly();
        });
        enqueue("after@example.com");

        awaitTextTo("after@example.com");
        assertThat(sink.received()).noneMatch(mail -> mail.to().contains("rolled-back@example.com"));
    }

    @Tag("slow")
    @Test
    void triesAgainUntilTheServerIsBack() {
        proxy.refuse(true);
        UUID id = enqueue("patient@example.com");
        await().atMost(SOON).until(() -> attempts(id) > 0);
        assertThat(outcome(id)).isEqualTo("waiting, kept");

        proxy.refuse(false);
        server.database().sql("UPDATE mail_outbox SET due_at = now() WHERE id = ?").param(id).update();

        awaitTextTo("patient@example.com");
        await().atMost(SOON).until(() -> outcome(id).equals("sent, forgotten"));
    }

    @Test
    void keepsNobodyWaitingForThoseWhomTheServerPutsOff() {
        List<UUID> putOff = IntStream.range(0, 20).mapToObj(i -> enqueue("put-off-" + i + "@example.com")).toList();

        enqueue("good@example.com");

        awaitTextTo("good@example.com");
        await().atMost(SOON).untilAsserted(() -> assertThat(putOff).allSatisfy(id -> {
            assertThat(attempts(id)).isPositive();
            assertThat(outcome(id)).isEqualTo("waiting, kept");
        }));
    }

    /// A server that is full, or slows us down, says so of each mail: its operator is told, and the first that it takes goes out at once.
    @Tag("slow")
    @Test
    void tellsOfAServerThatPutsOffOneMailAfterTheOther() {
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger(MailCourier.class);
        told.start();
        log.addAppender(told);
        try {
            IntStream.range(0, 60).forEach(i -> enqueue("put-off-all-" + i + "@example.com"));
            await().atMost(SOON).until(() -> List.copyOf(told.list).stream()
                    .anyMatch(event -> event.getFormattedMessage().contains("has put off 50 mails in a row")));
        } finally {
            log.detachAppender(told);
        }
        enqueue("after-all@example.com");
        awaitTextTo("after-all@example.com");
    }

    @Test
    void waitsLongerAfterEachFailure() {
        proxy.refuse(true);
        UUID id = enqueue("slower@example.com");
        await().atMost(SOON).untilAsserted(() -> assertThat(pause(id)).as("after the first").isBetween(1.0, 5.0));
        MailOutbox outbox = server.bean(MailOutbox.class);

        for (var each : java.util.Map.of(2, 10.0, 3, 20.0, 8, 640.0, 9, 900.0, 200, 900.0).entrySet()) {
            outbox.putOff(id, each.getKey());
            assertThat(pause(id)).as("after " + each.getKey()).isBetween(each.getValue() - 5, each.getValue());
        }
    }

    @Test
    void forgetsWhatNobodyWouldWantAnyMore() {
        proxy.refuse(true);
        UUID id = enqueue("late@example.com");
        server.database().sql("UPDATE mail_outbox SET expires_at = now() WHERE id = ?").param(id).update();

        server.bean(MailOutbox.class).deleteSome(100);

        assertThat(outcome(id)).isEqualTo("expired, forgotten");
    }

    private static UUID enqueue(String address) {
        return server.bean(TransactionTemplate.class).execute(_ -> {
            server.bean(Mails.class).enqueue(mail(address));
            return server.database().sql("SELECT id FROM mail_outbox WHERE xmin = pg_current_xact_id()::xid").query(UUID.class)
                    .single();
        });
    }

    private static Mail mail(String address) {
        return Mail.of(MailKind.RESET_PASSWORD, Mail.Recipient.of(address, "reader"),
                new Mail.Proof("the-token", "24681357", Duration.ofMinutes(15)));
    }

    private static String awaitTextTo(String address) {
        return awaitTextTo(address, "");
    }

    private static String awaitTextTo(String address, String word) {
        await().atMost(SOON).until(() -> textsTo(address).anyMatch(text -> text.contains(word)));
        return textsTo(address).filter(text -> text.contains(word)).findFirst().orElseThrow();
    }

    private static Stream<String> textsTo(String address) {
        return sink.received().stream().filter(mail -> mail.to().contains(address)).map(mail -> mail.text());
    }

    private static double pause(UUID id) {
        return server.database().sql("SELECT extract(epoch FROM due_at - now()) FROM mail_outbox WHERE id = ?").param(id)
                .query(Double.class).single();
    }

    private static int attempts(UUID id) {
        return server.database().sql("SELECT attempts FROM mail_outbox WHERE id = ?").param(id).query(Integer.class).single();
    }

    private static String outcome(UUID id) {
        return server.database().sql("""
                SELECT coalesce(outcome, 'waiting') || CASE WHEN payload IS NULL THEN ', forgotten' ELSE ', kept' END
                FROM mail_outbox WHERE id = ?""").param(id).query(String.class).single();
    }
}
