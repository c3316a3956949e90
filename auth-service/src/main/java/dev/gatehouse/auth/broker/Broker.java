package dev.gatehouse.auth.broker;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.auth.settings.BrokerSettings;

/// One connection to the broker, made when it is needed and again when it broke. [#answers()] may be asked by any thread; everything
/// else belongs to one.
public final class Broker implements AutoCloseable {

    private final BrokerSettings settings;
    private final ScheduledExecutorService watch = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("broker-watch").factory());
    private volatile @Nullable Link link;

    /// Connects to nothing yet.
    ///
    /// @param settings where the broker is
    public Broker(BrokerSettings settings) {
        this.settings = settings;
    }

    /// Makes sure of a connection, an exchange, a queue, and of what joins them. Blocks for a few seconds at most.
    ///
    /// @throws BrokerAway where that was not possible
    public void connect() throws BrokerAway {
        Link known = link;
        if (known == null || !known.isOpen()) {
            disconnect();
            link = Link.open(settings, watch);
        }
    }

    /// Publishes messages and waits for the broker to confirm them. Those whose confirmation is still on its way when the time is over
    /// are not sent again while the connection lives: the next call for them waits on.
    ///
    /// @param messages whose order does not matter
    /// @param patience for all of them
    /// @return the ids of those that the broker has, in its queue
    /// @throws BrokerAway where the connection is gone; what it had confirmed is then sent again
    public Set<String> publish(List<Message> messages, Duration patience) throws BrokerAway {
        connect();
        Link open = link;
        if (open == null) {
            throw new IllegalStateException("connected to nothing");
        }
        return open.publish(messages, patience);
    }

    /// {@return whether there is a connection on which the broker takes messages}
    public boolean answers() {
        Link known = link;
        return known != null && known.isOpen() && !known.isBlocked();
    }

    /// Gives the connection up.
    public void disconnect() {
        Link known = link;
        link = null;
        if (known != null) {
            known.close();
        }
    }

    @Override
    public void close() {
        disconnect();
        watch.shutdownNow();
    }
}
