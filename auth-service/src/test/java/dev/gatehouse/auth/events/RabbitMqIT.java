package dev.gatehouse.auth.events;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

import dev.gatehouse.auth.AmqpConsumer;
import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.devservices.AmqpBroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// A RabbitMQ receives what the broker in this JVM receives, also when it restarts or is short of memory. CONTRIBUTING says how to start one.
@Tag("slow")
final class RabbitMqIT {

    private static final Optional<Integer> PORT = Optional.ofNullable(System.getenv("GATEHOUSE_TEST_RABBITMQ_PORT"))
            .map(Integer::valueOf);
    private static final Optional<String> CTL = Optional.ofNullable(System.getenv("GATEHOUSE_TEST_RABBITMQCTL"));
    private static final String QUEUE = "auth-events";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EVENTS = 9;
    private static final List<UUID> USERS = Stream.generate(UUID::randomUUID).limit(40).toList();

    @BeforeAll
    static void assumeOneIsThere() {
        Assumptions.assumeTrue(PORT.isPresent(), "GATEHOUSE_TEST_RABBITMQ_PORT is not set: no RabbitMQ to compare with");
    }

    @Test
    void receivesTheSameEvents() throws Exception {
        try (AmqpBroker broker = AmqpBroker.temporary()) {
            List<Received> here = receivedBy(broker.port());
            List<Received> there = receivedBy(PORT.orElseThrow());

            assertThat(there).isEqualTo(here).hasSize(EVENTS);
        }
    }

    @Test
    void losesNothingWhenItRestartsInTheMiddleOfPublishing() throws Exception {
        try (AuthServer server = start(PORT.orElseThrow()); var thread = Executors.newVirtualThreadPerTaskExecutor()) {
            awaitBroker(server, "up");
            AtomicBoolean enough = new AtomicBoolean();
            Future<Integer> written = thread.submit(() -> write(server, enough));
            await().atMost(PATIENCE).until(() -> count(server, "published_at IS NOT NULL") > 0);

            control("stop_app");
            awaitBroker(server, "down");
            long published = count(server, "published_at IS NOT NULL");
            assertThat(count(server, "published_at IS NULL")).isPositive();
            control("start_app");
            awaitBroker(server, "up");
            await().atMost(PATIENCE).until(() -> count(server, "published_at IS NOT NULL") > published);
            enough.set(true);

            int rounds = written.get();
            await().atMost(PATIENCE).until(() -> count(server, "published_at IS NULL") == 0);
            assertThat(sequences()).allSatisfy(
                    (_, numbers) -> assertThat(numbers).isEqualTo(LongStream.rangeClosed(1, rounds).boxed().toList()))
                    .hasSameSizeAs(USERS);
        } finally {
            deleteQueues(PORT.orElseThrow());
        }
    }

    @Test
    void isToldToBeDownWhileItIsBlockedAndMissesNothing() throws Exception {
        try (AuthServer server = start(PORT.orElseThrow())) {
            awaitBroker(server, "up");
            control("set_vm_memory_high_watermark", "0");
            write(server, new AtomicBoolean(true));
            awaitBroker(server, "down");

            assertThat(server.someone().accessToken()).isNotEmpty();
            assertThat(server.get("/auth/health").status()).isEqualTo(200);
            assertThat(count(server, "published_at IS NULL")).isPositive();

            control("set_vm_memory_high_watermark", "0.4");
            awaitBroker(server, "up");
            await().atMost(PATIENCE).until(() -> count(server, "published_at IS NULL") == 0);
            assertThat(sequences()).containsOnlyKeys(USERS.stream().map(UUID::toString).toList())
                    .allSatisfy((_, numbers) -> assertThat(numbers).containsExactly(1L));
        } finally {
            control("set_vm_memory_high_watermark", "0.4");
            deleteQueues(PORT.orElseThrow());
        }
    }

    /// {@return how many events there are of each user}
    private static int write(AuthServer server, AtomicBoolean enough) {
        int rounds = 0;
        do {
            for (UUID user : USERS) {
                server.bean(TransactionTemplate.class).executeWithoutResult(
                        _ -> server.bean(Events.class).append(Event.about(EventType.USER_EXPORTED, user)));
            }
            rounds++;
        } while (!enough.get());
        return rounds;
    }

    /// {@return by user, what the queue has of them, without what came twice}
    private static Map<String, List<Long>> sequences() {
        try (AmqpConsumer consumer = new AmqpConsumer(PORT.orElseThrow(), QUEUE)) {
            Set<String> seen = new HashSet<>();
            return consumer.all().stream().filter(each -> each.type().contains(".user.exported.") && seen.add(each.id()))
                    .collect(Collectors.groupingBy(each -> each.event().path("subject").asString(), Collectors.mapping(
                            each -> Long.parseLong(each.event().path("sequence").asString()), Collectors.toList())));
        }
    }

    private static long count(AuthServer server, String which) {
        return server.database().sql("SELECT count(*) FROM outbox WHERE " + which).query(Long.class).single();
    }

    private static void awaitBroker(AuthServer server, String state) {
        await().atMost(PATIENCE).until(() -> server.get("/auth/health").text("broker").equals(state));
    }

    private static void control(String... words) throws Exception {
        Assumptions.assumeTrue(CTL.isPresent(), "GATEHOUSE_TEST_RABBITMQCTL is not set: nobody to stop it");
        List<String> command = new ArrayList<>(List.of(CTL.orElseThrow()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static AuthServer start(int port) {
        Map<String, String> environment = AuthServer.environment();
        environment.put("RABBITMQ_HOST", "127.0.0.1");
        environment.put("RABBITMQ_PORT", Integer.toString(port));
        environment.put("RABBITMQ_QUEUE", QUEUE);
        return AuthServer.start(environment);
    }

    /// Somebody's account from its beginning to its end, as a queue has it.
    private static List<Received> receivedBy(int port) throws Exception {
        try (AuthServer server = start(port)) {
            awaitBroker(server, "up");
            try (AmqpConsumer consumer = new AmqpConsumer(port, QUEUE)) {
                SignedIn someone = server.someone();
                String id = server.get("/auth/me", someone.bearer()).text("id");
                server.post("/auth/login", AuthServer.login(someone.name(), "not this one"));
                server.post("/auth/password/change", """
                        {"current_password":"%s","new_password":"Another123!@#"}""".formatted(AuthServer.PASSWORD),
                        someone.bearer());
                server.post("/auth/login", AuthServer.login(someone.name(), "Another123!@#"), "traceparent",
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
                server.postEmpty("/auth/logout-all", someone.bearer());
                return consumer.awaitAbout(id, EVENTS).stream().map(Received::of).toList();
            } finally {
                deleteQueues(port);
            }
        }
    }

    /// A RabbitMQ outlives this test.
    private static void deleteQueues(int port) throws Exception {
        try (AmqpConsumer consumer = new AmqpConsumer(port, QUEUE)) {
            consumer.channel().queueDelete(QUEUE);
            consumer.channel().queueDelete(QUEUE + ".dead");
        }
    }

    /// All of a delivery but what is different each time, of which it says only that it is there.
    private record Received(String exchange, String routingKey, Map<String, String> properties, Map<String, String> event) {

        static Received of(AmqpConsumer.Delivery delivery) {
            BasicProperties properties = delivery.response().getProps();
            Map<String, String> kept = new TreeMap<>();
            kept.put("content_type", String.valueOf(properties.getContentType()));
            kept.put("delivery_mode", String.valueOf(properties.getDeliveryMode()));
            kept.put("message_id is id", String.valueOf(delivery.id().equals(properties.getMessageId())));
            Map<String, String> event = new TreeMap<>();
            for (Map.Entry<String, JsonNode> member : delivery.event().properties()) {
                boolean own = List.of("id", "subject", "time", "sid").contains(member.getKey());
                event.put(member.getKey(), own ? "" : member.getValue().toString());
            }
            var envelope = delivery.response().getEnvelope();
            return new Received(envelope.getExchange(), envelope.getRoutingKey(), kept, event);
        }
    }
}
