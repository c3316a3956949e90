package dev.gatehouse.auth.audit;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.events.Events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

final class AuditIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// One of each column, and of the details also those that mean the same.
    private static final List<String> CHANGES = List.of("outcome = 'success'", "id = gen_random_uuid()", "type = 'user.exported'",
            "subject = gen_random_uuid()", "actor = gen_random_uuid()", "session_id = gen_random_uuid()", "address = '::1'",
            "user_agent = 'other'", "request_id = 'other'", "occurred_at = occurred_at + interval '1 microsecond'",
            "hash = sha256(hash)", "data = '{}'", "data = '{\"reason\":\"locked_by_admin\",' || substr(data, 2)",
            "data = data || ' '",
            "data = '{'");

    private static Map<String, String> environment;
    private static AuthServer server;

    private final AuditLog log = server.bean(AuditLog.class);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeAll
    static void start() {
        environment = AuthServer.environment();
        server = AuthServer.start(environment);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void tellsWhoDidWhatWhenFromWhereAndWhatCameOfIt() {
        Instant before = Instant.now().minusSeconds(1);
        SignedIn someone = server.someone();
        server.post("/auth/login", AuthServer.login(someone.name(), "wrong password"), "User-Agent", "Prober/2");

        List<AuditEntry> entries = awaitAbout(userId(someone), 4);

        assertThat(entries).extracting(AuditEntry::type).containsExactly("user.login_failed", "user.login_succeeded",
                "session.created", "user.registered");
        AuditEntry failed = entries.getFirst();
        assertThat(failed.outcome()).isEqualTo("failure");
        assertThat(failed.source().address()).contains("127.0.0.1");
        assertThat(failed.source().userAgent()).contains("Prober/2");
        assertThat(failed.source().requestId()).isPresent();
        assertThat(failed.occurredAt()).isBetween(before, Instant.now().plusSeconds(1));
        assertThat(entries.toString()).doesNotContain("wrong password", AuthServer.PASSWORD, "@example.com", "rt1_");
    }

    @Test
    void isReadPageByPageByUserActionAndTime() {
        UUID user = UUID.randomUUID();
        for (int i = 0; i < 5; i++) {
            append(Event.about(i % 2 == 0 ? EventType.USER_EXPORTED : EventType.SESSION_CREATED, user));
        }
        List<AuditEntry> all = awaitAbout(user, 5);
        AuditQuery query = AuditQuery.newest(2).about(user);

        AuditLog.Page first = log.find(query);
        AuditLog.Page second = log.find(query.after(first.next().orElseThrow()));
        AuditLog.Page third = log.find(query.after(second.next().orElseThrow()));

        assertThat(first.entries()).isEqualTo(all.subList(0, 2));
        assertThat(second.entries()).isEqualTo(all.subList(2, 4));
        assertThat(third.entries()).isEqualTo(all.subList(4, 5));
        assertThat(third.next()).isEmpty();
        assertThat(log.find(AuditQuery.newest(10).about(user).of("user.exported")).entries()).hasSize(3);
        assertThat(log.find(AuditQuery.newest(10).about(user).of("session.")).entries()).hasSize(2);
        assertThat(log.find(AuditQuery.newest(10).about(user).of("%")).entries()).isEmpty();
        assertThat(log.find(AuditQuery.newest(10).about(user).of("%.")).entries()).isEmpty();
        Instant third3 = all.get(2).occurredAt();
        assertThat(log.find(AuditQuery.newest(10).about(user).between(third3, Instant.now().plusSeconds(5))).entries())
                .isEqualTo(all.subList(0, 3));
    }

    @Test
    void hasTheOutcomeOfEventsThatOnlyANewerVersionKnows() {
        UUID user = UUID.randomUUID();
        server.database().sql("""
                INSERT INTO outbox (id, type, outcome, subject, sequence, data, occurred_at)
                VALUES (gen_random_uuid(), 'user.from_later', 'failure', ?, 1, '{}', now())""").param(user).update();

        assertThat(awaitAbout(user, 1)).extracting(AuditEntry::outcome).containsExactly("failure");
    }

    @Test
    void findsWhatAnAdministratorDidToOthers() {
        UUID admin = UUID.randomUUID();
        append(Event.about(EventType.ADMIN_USER_LOCKED, UUID.randomUUID()).by(admin));

        assertThat(awaitAbout(admin, 1)).first().extracting(AuditEntry::type).isEqualTo("admin.user_locked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE audit_log SET outcome = 'success'", "DELETE FROM audit_log", "TRUNCATE audit_log"})
    void refusesToBeChanged(String statement) {
        append(Event.of(EventType.KEY_ROTATED));
        await().atMost(Duration.ofSeconds(60)).until(() -> !log.find(AuditQuery.newest(1)).entries().isEmpty());

        assertThatThrownBy(() -> server.database().sql(statement).update()).isInstanceOf(DataAccessException.class)
                .rootCause().hasMessageContaining("append-only");
    }

    @Test
    void keepsTheChainWholeHoweverManyWriteAtOnce() throws Exception {
        AuditWriter writer = server.bean(AuditWriter.class);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = java.util.stream.IntStream.range(0, 8).mapToObj(_ -> threads.submit(() -> {
                for (int i = 0; i < 20; i++) {
                    append(Event.about(EventType.USER_EXPORTED, UUID.randomUUID()));
                    writer.writeSome();
                }
                return null;
            })).toList();
            for (var task : tasks) {
                task.get();
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> count("SELECT count(*) FROM outbox WHERE audited_at IS NULL") == 0);

        assertThat(run("verify")).isZero();
        assertThat(count("SELECT max(position) - count(*) FROM audit_log")).as("positions without a gap").isZero();
        assertThat(count("SELECT count(*) FROM outbox") - count("SELECT count(*) FROM audit_log")).isZero();
    }

    @Test
    void exportsLinesThatAnybodyCanCheckWithAHashFunction() throws Exception {
        awaitAbout(userId(server.someone()), 3);

        assertThat(run("export")).isZero();

        String previous = "0".repeat(64);
        long position = 0;
        for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
            JsonNode entry = JSON.readTree(line);
            String hash = entry.path("hash").asString();
            String hashed = line.replace(",\"hash\":\"" + hash + "\"", "");
            assertThat(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(hashed.getBytes(StandardCharsets.UTF_8))))
                    .isEqualTo(hash);
            assertThat(entry.path("previous").asString()).isEqualTo(previous);
            assertThat(entry.path("position").asLong()).isEqualTo(++position);
            previous = hash;
        }
        assertThat(position).isPositive();
    }

    @Test
    void findsOutWhatSomebodyDidToItBehindItsBack() {
        Map<String, String> tampered = AuthServer.environment();
        try (AuthServer other = AuthServer.start(tampered)) {
            SignedIn someone = other.someone();
            other.post("/auth/login", AuthServer.login(someone.name(), "wrong password"));
            await().ignoreExceptions().until(() -> newest(other).outcome().equals("failure"));
            long last = newest(other).position();
            assertThat(run(tampered, "verify")).isZero();
            String noted = text().substring(text().lastIndexOf(' ') + 1).strip();
            assertThat(run(tampered, "verify", noted)).isZero();
            assertThat(run(tampered, "verify", last + ":" + "0".repeat(64))).isEqualTo(1);
            var database = other.database();
            database.sql("ALTER TABLE audit_log DISABLE TRIGGER ALL").update();

            database.sql("CREATE TABLE kept AS SELECT * FROM audit_log").update();
            for (String change : CHANGES) {
                database.sql("UPDATE audit_log SET " + change + " WHERE position = ?").param(last).update();
                assertThat(run(tampered, "verify")).as(change).isEqualTo(1);
                database.sql("DELETE FROM audit_log WHERE position = ?").param(last).update();
                database.sql("INSERT INTO audit_log SELECT * FROM kept WHERE position = ?").param(last).update();
                assertThat(run(tampered, "verify", noted)).isZero();
            }

            database.sql("DELETE FROM audit_log WHERE position = ?").param(last).update();
            assertThat(run(tampered, "verify")).as("a missing end shows only against what was noted").isZero();
            assertThat(run(tampered, "verify", noted)).isEqualTo(1);
            database.sql("DELETE FROM audit_log WHERE position = 2").update();
            assertThat(run(tampered, "verify")).isEqualTo(1);
            assertThat(text()).contains("is broken at position " + last, "is broken at position 2", "made anew or cut");
        }
    }

    @Test
    void isReadWholeThoughSomebodyHasDamagedDetails() {
        Map<String, String> damaged = AuthServer.environment();
        try (AuthServer other = AuthServer.start(damaged)) {
            other.someone();
            AuditLog written = other.bean(AuditLog.class);
            await().atMost(Duration.ofSeconds(60)).until(() -> written.find(AuditQuery.newest(10)).entries().size() >= 3);
            other.database().sql("ALTER TABLE audit_log DISABLE TRIGGER ALL").update();
            other.database().sql("UPDATE audit_log SET data = '{' WHERE position = 2").update();
            long entries = written.find(AuditQuery.newest(1)).entries().getFirst().position();

            assertThat(run(damaged, "export")).isZero();

            assertThat(text().lines()).hasSizeGreaterThanOrEqualTo((int) entries).element(1, InstanceOfAssertFactories.STRING)
                    .contains("\"data\":\"{\"");
        }
    }

    private static AuditEntry newest(AuthServer server) {
        return server.bean(AuditLog.class).find(AuditQuery.newest(1)).entries().getFirst();
    }

    @Test
    void commandTellsHowItIsCalled() {
        assertThat(run("unknown")).isEqualTo(2);
        assertThat(run("verify", "nonsense")).isEqualTo(2);
        assertThat(run(Map.of(), "verify")).isEqualTo(1);
        assertThat(run(AuthServer.environment(), "export")).as("no tables yet").isEqualTo(1);
        assertThat(text()).contains("usage: audit export", "DATABASE_URL: is not set", "never migrated");
    }

    private List<AuditEntry> awaitAbout(UUID user, int count) {
        AuditQuery query = AuditQuery.newest(100).about(user);
        await().atMost(Duration.ofSeconds(60)).until(() -> log.find(query).entries().size() >= count);
        return log.find(query).entries();
    }

    private static void append(Event event) {
        server.bean(TransactionTemplate.class).executeWithoutResult(_ -> server.bean(Events.class).append(event));
    }

    private int run(String... arguments) {
        return run(environment, arguments);
    }

    private int run(Map<String, String> with, String... arguments) {
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        return AuditCommand.run(List.of(arguments), with, print, print);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static long count(String sql) {
        return server.database().sql(sql).query(Long.class).single();
    }

    private static UUID userId(SignedIn someone) {
        return server.database().sql("SELECT id FROM account WHERE username = ?").param(someone.name()).query(UUID.class)
                .single();
    }
}
