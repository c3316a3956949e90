package dev.gatehouse.systemtests.harness;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A service that wants to know what happens to accounts: it has a queue of its own on the exchange of events, which outlives the broker's
/// restarts as its connection does.
public final class EventConsumer implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Connection connection;
    private final String queue = "consumer-" + UUID.randomUUID();
    private final List<JsonNode> received = new CopyOnWriteArrayList<>();

    /// Binds its queue and listens from now on.
    public EventConsumer(int port) throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setNetworkRecoveryInterval(500);
        connection = factory.newConnection();
        Channel channel = connection.createChannel();
        channel.exchangeDeclare("auth.events", BuiltinExchangeType.TOPIC, true);
        channel.queueDeclare(queue, true, false, false, Map.of());
        channel.queueBind(queue, "auth.events", "#");
        channel.basicConsume(queue, false, (_, message) -> {
            received.add(JSON.readTree(message.getBody()));
            channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
        }, _ -> {});
    }

    /// Everything that came, with what came twice.
    public List<JsonNode> received() {
        return List.copyOf(received);
    }

    /// Everything that came, each event once, in the order of first arrivals.
    public List<JsonNode> distinct() {
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        received.forEach(event -> byId.putIfAbsent(event.path("id").asString(), event));
        return List.copyOf(byId.values());
    }

    @Override
    public void close() {
        try (Channel channel = connection.createChannel()) {
            channel.queueDelete(queue);
        } catch (IOException | TimeoutException | ShutdownSignalException gone) {
            // With the broker.
        }
        connection.abort(1000);
    }
}
