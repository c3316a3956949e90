package dev.gatehouse.auth.broker;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What must exist in the broker: a topic exchange for everybody, a durable queue that takes everything, and a place for what
/// consumers reject.
final class Topology {

    static final String EXCHANGE = "auth.events";

    private static final String DEAD_LETTERS = "auth.events.dlx";
    private static final String EVERYTHING = "#";
    private static final Logger LOG = LoggerFactory.getLogger(Topology.class);

    private Topology() {}

    static void declare(Connection connection, String queue) throws IOException, TimeoutException {
        try (Channel channel = connection.createChannel()) {
            channel.exchangeDeclare(EXCHANGE, BuiltinExchangeType.TOPIC, true);
            channel.exchangeDeclare(DEAD_LETTERS, BuiltinExchangeType.TOPIC, true);
            channel.queueDeclare(queue + ".dead", true, false, false, null);
            channel.queueBind(queue + ".dead", DEAD_LETTERS, EVERYTHING);
        }
        if (!declared(connection, queue)) {
            LOG.warn("RABBITMQ_QUEUE: {} exists with other properties; using it as it is, without dead letters", queue);
        }
        try (Channel channel = connection.createChannel()) {
            channel.queueDeclarePassive(queue);
            channel.queueBind(queue, EXCHANGE, EVERYTHING);
        }
    }

    /// {@return false where a queue of that name was made by somebody else, which we neither change nor refuse}
    private static boolean declared(Connection connection, String queue) throws IOException, TimeoutException {
        Channel channel = connection.createChannel();
        try {
            channel.queueDeclare(queue, true, false, false, Map.of("x-dead-letter-exchange", DEAD_LETTERS));
            channel.close();
            return true;
        } catch (IOException refused) {
            if (connection.isOpen() && refused.getCause() instanceof ShutdownSignalException signal && !signal.isHardError()) {
                return false; // the broker closed the channel alone
            }
            throw refused;
        }
    }
}
