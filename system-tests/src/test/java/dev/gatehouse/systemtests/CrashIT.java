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
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.gatehouse.devservices.AmqpBroker;
import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.EventConsumer;
import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Program;
import dev.gatehouse.systemtests.harness.Way;

import static org.assertj.core.api.Assertions.assertThat;

/// The auth service is killed again and again while people register; its connections to the broker break, and the broker is away for a while, as one
/// that restarts is. With `-Pcrash` 2,000 of them, as CONTRIBUTING says.
@Tag("slow")
class CrashIT {

    private static final int REGISTRATIONS = Integer.getInteger("gatehouse.crash.registrations", 60);
    private static final int BETWEEN_KILLS = Math.max(30, REGISTRATIONS / 20);
    private static final int BETWEEN_CUTS = 7;
    private static final int BETWEEN_RESTARTS = 40; // of the broker
    private static final int AWAY = 15; // registrations during which the broker is away
    private static final int CLIENTS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Gatehouse gatehouse = Gatehouse.shared();
    private final String database = gatehouse.postgres().freshDatabase();
    private final int port = FreePorts.next();
    private final Client client = new Client(port);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();

    @Test
    void everyAccountHasExactlyOneEventForEachConsumerAndTheAuditLogIsWhole() throws Exception {
        try (AmqpBroker broker = AmqpBroker.temporary();
                Way way = new Way(broker.port());
                EventConsumer consumer = new EventConsumer(broker.port());
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Program service = start(way);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                running.add(clients.submit(() -> register(way)));
            }
            for (int next = BETWEEN_KILLS; next < REGISTRATIONS; next += BETWEEN_KILLS) {
                int enough = next;
                assertThat(Deadline.in(PATIENCE).await(() -> answered.get() >= enough)).isTrue();
                service.close();
                service = start(way);
            }
            for (Future<?> each : running) {
                each.get(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
            }
            way.open();
            awaitRows("SELECT count(*) FROM outbox WHERE published_at IS NULL OR audited_at IS NULL", 0);
            service.close();

            List<String> accounts = texts("SELECT id FROM account");
            assertThat(accounts).hasSizeGreaterThanOrEqualTo(answered.get());
            assertThat(Deadline.in(PATIENCE).await(() -> registered(consumer).size() >= accounts.size())).isTrue();
            assertThat(registered(consumer)).containsExactlyInAnyOrderElementsOf(accounts);
            assertThat(consumer.received()).extracting(event -> event.path("id").asString())
                    .containsAll(texts("SELECT id FROM outbox"));
            assertThat(texts("SELECT id FROM audit_log")).containsExactlyInAnyOrderElementsOf(texts("SELECT id FROM outbox"));
            assertThat(Gatehouse.authCommand(List.of("audit", "verify"), Map.of("DATABASE_URL", database)).exitStatus()).isZero();
        }
    }

    private void register(Way way) {
        while (begun.getAndIncrement() < REGISTRATIONS) {
            int number = begun.get();
            String name = "crash_" + number + "_" + Long.toString(System.nanoTime(), 36);
            try {
                int status = client.post("/auth/register",
                        Map.of("username", name, "email", name + "@example.com", "password", "Test123!@#")).status();
                assertThat(status).isEqualTo(201);
                answered.incrementAndGet();
            } catch (CompletionException killed) {
                // Whether it is registered, the database knows.
                begun.decrementAndGet();
                assertThat(Deadline.in(PATIENCE).await(() -> client.serves("/auth/health"))).isTrue();
            }
            disturb(way, number);
        }
    }

    private static void disturb(Way way, int number) {
        if (number % BETWEEN_RESTARTS == 0) {
            way.bar();
        } else if (number % BETWEEN_RESTARTS == AWAY) {
            way.open();
        } else if (number % BETWEEN_CUTS == 0) {
            way.cut();
        }
    }

    private Program start(Way way) {
        Map<String, String> settings = new HashMap<>(gatehouse.authSettings());
        settings.putAll(Map.of("DATABASE_URL", database, "RABBITMQ_HOST", "127.0.0.1", "RABBITMQ_PORT", "" + way.port(),
                "GATEHOUSE_AUTH_PORT", "" + port));
        Program program = Gatehouse.authCommand(List.of(), settings);
        assertThat(Deadline.in(PATIENCE).await(() -> client.serves("/auth/health"))).isTrue();
        return program;
    }

    /// The subjects of all registrations that a consumer knows of, after it has dropped what it had seen before.
    private static List<String> registered(EventConsumer consumer) {
        return consumer.distinct().stream().filter(event -> event.path("type").asString().endsWith(".user.registered.v1"))
                .map(event -> event.path("subject")).map(JsonNode::asString).toList();
    }

    private void awaitRows(String sql, int count) {
        assertThat(Deadline.in(PATIENCE).await(() -> texts(sql).equals(List.of("" + count)))).isTrue();
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
