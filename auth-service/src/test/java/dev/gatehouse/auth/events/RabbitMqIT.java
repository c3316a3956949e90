package dev.gatehouse.auth.events;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.gatehouse.auth.AmqpConsumer;
import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.AuthServer.SignedIn;
import dev.gatehouse.devservices.AmqpBroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// A RabbitMQ receives what the broker in this JVM receives. CONTRIBUTING says how to start one.
@Tag("slow")
final class RabbitMqIT {

    private static final String PORT = System.getenv("GATEHOUSE_TEST_RABBITMQ_PORT");
    private static final String QUEUE = "auth-events";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EVENTS = 9;

    @Test
    void receivesTheSameEvents() throws Exception {
        Assumptions.assumeTrue(PORT != null, "GATEHOUSE_TEST_RABBITMQ_PORT is not set: no RabbitMQ to compare with");
        try (AmqpBroker broker = AmqpBroker.temporary()) {
            List<Received> here = receivedBy(broker.port());
            List<Received> there = receivedBy(Integer.parseInt(Objects.requireNonNull(PORT)));

            assertThat(there).isEqualTo(here).hasSize(EVENTS);
        }
    }

    /// Somebody's account from its beginning to its end, as a queue has it.
    private static List<Received> receivedBy(int port) throws Exception {
        Map<String, String> environment = AuthServer.environment();
        environment.put("RABBITMQ_HOST", "127.0.0.1");
        environment.put("RABBITMQ_PORT", Integer.toString(port));
        environment.put("RABBITMQ_QUEUE", QUEUE);
        try (AuthServer server = AuthServer.start(environment)) {
            await().atMost(PATIENCE).until(() -> server.get("/auth/health").text("broker").equals("up"));
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
