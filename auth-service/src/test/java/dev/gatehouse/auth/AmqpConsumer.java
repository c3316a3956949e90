package dev.gatehouse.auth;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Somebody who reads the queue, as another service would.
public final class AmqpConsumer implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Connection connection;
    private final Channel channel;
    private final String queue;
    private final List<Delivery> taken = new ArrayList<>();

    public AmqpConsumer(int port, String queue) {
        try {
            ConnectionFactory factory = new ConnectionFactory();
            factory.setHost("127.0.0.1");
            factory.setPort(port);
            this.connection = factory.newConnection();
            this.channel = connection.createChannel();
            this.queue = queue;
        } catch (IOException | TimeoutException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /// {@return everything taken so far about somebody, in the order it came}
    public List<Delivery> about(String subject) {
        takeAll();
        return taken.stream().filter(each -> each.event().path("subject").asString("").equals(subject)).toList();
    }

    public List<Delivery> awaitAbout(String subject, int count) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50))
                .until(() -> about(subject).size() >= count);
        return about(subject);
    }

    public List<Delivery> all() {
        takeAll();
        return List.copyOf(taken);
    }

    public Channel channel() {
        return channel;
    }

    private void takeAll() {
        Optional<GetResponse> next = get();
        while (next.isPresent()) {
            GetResponse response = next.get();
            taken.add(new Delivery(response, JSON.readTree(response.getBody())));
            next = get();
        }
    }

    private Optional<GetResponse> get() {
        try {
            return Optional.ofNullable(channel.basicGet(queue, true));
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    @Override
    public void close() {
        connection.abort(1000);
    }

    /// A message.
    public record Delivery(GetResponse response, JsonNode event) {

        public String type() {
            return event.path("type").asString();
        }

        public String id() {
            return event.path("id").asString();
        }
    }
}
