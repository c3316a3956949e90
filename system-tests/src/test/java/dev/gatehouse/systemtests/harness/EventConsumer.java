package dev.gatehouse.systemtests.harness;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A service that wants to know what happens to accounts: it has a queue of its own on the exchange of events.
public final class EventConsumer implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Connection connection;
    private final List<JsonNode> received = new CopyOnWriteArrayList<>();

    /// Binds its queue and listens from now on.
    public EventConsumer(int port) throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        connection = factory.newConnection();
        Channel channel = connection.createChannel();
        channel.exchangeDeclare("auth.events", BuiltinExchangeType.TOPIC, true);
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, "auth.events", "#");
        channel.basicConsume(queue, true, (_, message) -> received.add(JSON.readTree(message.getBody())), _ -> {});
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
        connection.abort(1000);
    }
}
