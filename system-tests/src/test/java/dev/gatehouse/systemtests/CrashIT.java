package dev.gatehouse.systemtests;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.Postgres;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.systemtests.harness.Answer;
import dev.gatehouse.systemtests.harness.Broker;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.EventConsumer;
import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Program;
import dev.gatehouse.systemtests.harness.Way;

import static org.assertj.core.api.Assertions.assertThat;

/// The auth service and its database are killed again and again while people register; connections to the broker break, and the broker is away for a
/// while, as one that restarts is; see [Broker] for one that does. With `-Pcrash` 2,000 of them, as CONTRIBUTING says.
@Tag("slow")
class CrashIT {

    private static final int REGISTRATIONS = Integer.getInteger("gatehouse.crash.registrations", 60);
    private static final int BETWEEN_KILLS = Math.max(30, REGISTRATIONS / 20);
    private static final int BETWEEN_DATABASE_KILLS = Math.max(25, REGISTRATIONS / 20 + 5); // at 50 of 60 the broker is away, too
    private static final int BETWEEN_CUTS = 7;
    private static final int BETWEEN_RESTARTS = Math.max(40, REGISTRATIONS / 20); // of the broker
    private static final int AWAY = 15; // registrations during which the broker is away
    private static final int CLIENTS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Gatehouse gatehouse = Gatehouse.shared();
    private final Postgres postgres = Postgres.at(Gatehouse.newFolder("crashing-postgres"), FreePorts.next());
    private final String database = postgres.freshDatabase();
    private final int port = FreePorts.next();
    private final Client client = new Client(port);
    private final AtomicInteger begun = new AtomicInteger();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();

    private int broken; // how often the broker was away
    private int killed; // how often the database was

    @AfterEach
    void stop() {
        postgres.close();
    }

    @Test
    void everyAccountHasExactlyOneEventForEachConsumerAndTheAuditLogIsWhole() throws Exception {
        try (Broker broker = new Broker();
                Way way = new Way(broker.port());
                EventConsumer consumer = new EventConsumer(broker.port());
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Program service = start(way);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                running.add(clients.submit(this::register));
            }
            for (int next = 1; next <= REGISTRATIONS; next++) {
                int enough = next;
                await(() -> answered.size() >= enough);
                disturb(broker, way, next);
                if (next % BETWEEN_KILLS == 0 && next < REGISTRATIONS) {
                    service.close();
                    service = start(way);
                }
            }
            for (Future<?> each : running) {
                each.get(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
            }
            broker.start();
            way.open();
            awaitRows("SELECT count(*) FROM outbox WHERE published_at IS NULL OR audited_at IS NULL", 0);
            texts("UPDATE mail_outbox SET due_at = now() WHERE outcome IS NULL RETURNING id"); // whoever held one may have died
            awaitRows("SELECT count(*) FROM mail_outbox WHERE outcome IS DISTINCT FROM 'sent'", 0);
            service.close();

            assertThat(broken).as("times that the broker was away").isEqualTo((REGISTRATIONS - AWAY) / BETWEEN_RESTARTS)
                    .isPositive();
            assertThat(killed).as("deaths of the database").isEqualTo(REGISTRATIONS / BETWEEN_DATABASE_KILLS).isPositive();
            List<String> accounts = texts("SELECT id FROM account");
            assertThat(accounts).as("what was answered is there").containsAll(answered);
            await(() -> registered(consumer).size() >= accounts.size());
            assertThat(registered(consumer)).containsExactlyInAnyOrderElementsOf(accounts);
            assertThat(consumer.received()).extracting(event -> event.path("id").asString())
                    .containsAll(texts("SELECT id FROM outbox"));
            assertThat(texts("SELECT id FROM audit_log")).containsExactlyInAnyOrderElementsOf(texts("SELECT id FROM outbox"));
            assertThat(texts("SELECT count(*) FROM mail_outbox")).containsExactly("" + accounts.size());
            assertThat(Gatehouse.authCommand(List.of("audit", "verify"), Map.of("DATABASE_URL", database)).exitStatus()).isZero();
        }
    }

    private void register() {
        for (int number = begun.incrementAndGet(); number <= REGISTRATIONS; number = begun.incrementAndGet()) {
            while (!registered(number)) {
                await(() -> client.serves("/auth/health"));
            }
        }
    }

    /// Whether it is known to be registered; otherwise only the database knows.
    private boolean registered(int number) {
        String name = "crash_" + number + "_" + Long.toString(System.nanoTime(), 36);
        try {
            Answer answer = client.post("/auth/register",
                    Map.of("username", name, "email", name + "@example.com", "password", "Test123!@#"));
            assertThat(answer.status()).as(answer.toString()).isIn(201, 503);
            return answer.status() == 201 && answered.add(answer.json().path("id").asString());
        } catch (CompletionException killed) {
            return false;
        }
    }

    private void disturb(Broker broker, Way way, int number) {
        if (number % BETWEEN_RESTARTS == 0) {
            way.bar();
            broker.stop();
        } else if (number % BETWEEN_RESTARTS == AWAY && number > AWAY) {
            await(() -> way.turnedAway() > 0 && !texts("SELECT id FROM outbox WHERE published_at IS NULL").isEmpty());
            broken++;
            broker.start();
            way.open();
        } else if (number % BETWEEN_CUTS == 0) {
            way.cut();
        }
        if (number % BETWEEN_DATABASE_KILLS == 0) {
            postgres.kill();
            await(() -> !client.serves("/auth/health"));
            postgres.restart();
            killed++;
        }
    }

    private static void await(BooleanSupplier condition) {
        assertThat(Deadline.in(PATIENCE).await(condition)).isTrue();
    }

    private Program start(Way way) {
        Map<String, String> settings = new HashMap<>(gatehouse.authSettings());
        settings.putAll(Map.of("DATABASE_URL", database, "RABBITMQ_HOST", "127.0.0.1", "RABBITMQ_PORT", "" + way.port(),
                "GATEHOUSE_AUTH_PORT", "" + port));
        Program program = Gatehouse.authCommand(List.of(), settings);
        await(() -> client.serves("/auth/health"));
        return program;
    }

    /// The subjects of all registrations that a consumer knows of, after it has dropped what it had seen before.
    private static List<String> registered(EventConsumer consumer) {
        return consumer.distinct().stream().filter(event -> event.path("type").asString().endsWith(".user.registered.v1"))
                .map(event -> event.path("subject")).map(JsonNode::asString).toList();
    }

    private void awaitRows(String sql, int count) {
        await(() -> texts(sql).equals(List.of("" + count)));
    }

    private List<String> texts(String sql) {
        URI url = URI.create(database);
        String[] login = url.getUserInfo().split(":", 2);
        try (Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + url.getPort() + url.getPath(),
                login[0], login[1]);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
