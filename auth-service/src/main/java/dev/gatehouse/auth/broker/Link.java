package dev.gatehouse.auth.broker;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;

import dev.gatehouse.auth.settings.BrokerSettings;

/// One connection with one channel, from its beginning to its end. A write to a broker that reads no more blocks for ever, so a watch
/// closes the socket when the time is over.
final class Link implements AutoCloseable {

    static final Duration DEADLINE = Duration.ofSeconds(5); // for each step of the beginning

    private static final int PERSISTENT = 2;
    private static final int MOST_PENDING = 10_000;

    private final Connection connection;
    private final Channel channel;
    private final AtomicReference<Socket> socket;
    private final ScheduledExecutorService watch;
    private final Confirmations confirmations = new Confirmations();
    private volatile boolean blocked;

    private Link(Connection connection, Channel channel, AtomicReference<Socket> socket, ScheduledExecutorService watch) {
        this.connection = connection;
        this.channel = channel;
        this.socket = socket;
        this.watch = watch;
    }

    static Link open(BrokerSettings settings, ScheduledExecutorService watch) throws BrokerAway {
        AtomicReference<Socket> socket = new AtomicReference<>();
        var severing = watch.schedule(() -> sever(socket), DEADLINE.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
        try {
            Connection connection = Connecting.connect(settings, socket::set);
            Topology.declare(connection, settings.queue());
            Link link = new Link(connection, connection.createChannel(), socket, watch);
            link.listen();
            return link;
        } catch (IOException | TimeoutException | ShutdownSignalException failed) {
            sever(socket);
            throw new BrokerAway("RABBITMQ_HOST: " + settings + " " + Connecting.reason(failed), failed);
        } finally {
            severing.cancel(false);
        }
    }

    private void listen() throws IOException {
        connection.addBlockedListener(_ -> blocked = true, () -> blocked = false);
        connection.addShutdownListener(_ -> confirmations.over());
        channel.addShutdownListener(_ -> confirmations.over());
        channel.addConfirmListener(confirmations::confirmed, confirmations::refused);
        channel.addReturnListener(returned -> confirmations.returned(returned.getProperties().getMessageId()));
        channel.confirmSelect();
    }

    Set<String> publish(List<Message> messages, Duration patience) throws BrokerAway {
        long until = System.nanoTime() + patience.toNanos();
        var severing = watch.schedule(() -> sever(socket), patience.toMillis(), TimeUnit.MILLISECONDS);
        try {
            for (Message message : messages) {
                send(message);
            }
        } catch (IOException | ShutdownSignalException broken) {
            close();
            throw new BrokerAway("the connection broke", broken);
        } finally {
            severing.cancel(false);
        }
        Set<String> ids = new HashSet<>();
        messages.forEach(message -> ids.add(message.id()));
        Confirmations.Settled settled = confirmations.await(ids, until);
        if (settled.anyLost() || confirmations.pending() > MOST_PENDING) {
            close(); // the queue may be gone: the next connection declares it again. Or nobody asks for what is on its way
        }
        return settled.confirmed();
    }

    private void send(Message message) throws IOException {
        if (!confirmations.expect(channel.getNextPublishSeqNo(), message.id())) {
            return; // still on its way
        }
        BasicProperties properties = new BasicProperties.Builder().contentType("application/cloudevents+json")
                .deliveryMode(PERSISTENT).messageId(message.id()).type(message.type()).appId("gatehouse-auth").build();
        channel.basicPublish(Topology.EXCHANGE, message.routingKey(), true, properties, message.body());
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    boolean isBlocked() {
        return blocked;
    }

    /// Ends it within a moment, whatever state it is in.
    @Override
    public void close() {
        var severing = watch.schedule(() -> sever(socket), 500, TimeUnit.MILLISECONDS);
        try {
            connection.abort(500);
        } catch (AlreadyClosedException gone) {
            blocked = false;
        } finally {
            severing.cancel(false);
            sever(socket);
        }
    }

    private static void sever(AtomicReference<Socket> socket) {
        try {
            Socket known = socket.get();
            if (known != null) {
                known.close();
            }
        } catch (IOException gone) {
            // That is what was wanted.
        }
    }
}
