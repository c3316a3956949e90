package dev.gatehouse.devservices;

import java.net.URL;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import org.apache.qpid.server.SystemLauncher;

import dev.gatehouse.devservices.process.Deadline;

/// An AMQP 0-9-1 broker (Apache Qpid) inside this JVM, on loopback, messages in memory: a stand-in for RabbitMQ, with its default
/// user `guest` and password `guest` and its default virtual host. Safe to share between threads.
public final class AmqpBroker implements AutoCloseable {

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final int port;
    private final SystemLauncher launcher = new SystemLauncher();

    private AmqpBroker(int port) {
        this.port = port;
    }

    /// A broker on a free port.
    public static AmqpBroker temporary() {
        return at(FreePorts.next());
    }

    /// A broker on this port. Refuses a busy port with one line for a person.
    public static AmqpBroker at(int port) {
        FreePorts.require("The AMQP broker", port);
        AmqpBroker broker = new AmqpBroker(port);
        try {
            broker.start();
            return broker;
        } catch (Exception e) { // the launcher declares no narrower one
            broker.close();
            throw new ServiceStartException("The AMQP broker cannot start on port %d: %s".formatted(port, e.getMessage()), e);
        }
    }

    private void start() throws Exception {
        URL configuration = Objects.requireNonNull(AmqpBroker.class.getResource("amqp-broker.json"));
        launcher.startup(Map.of("type", "Memory", "initialConfigurationLocation", configuration.toExternalForm(),
                "startupLoggedToSystemOut", false, "context", Map.of("qpid.amqp_port", Integer.toString(port),
                        "queue.behaviourOnUnknownDeclareArgument", "IGNORE"))); // RabbitMQ's own, such as dead letters
        if (FreePorts.isFree(port)) {
            throw new IllegalStateException("it does not listen");
        }
    }

    /// The port on 127.0.0.1.
    public int port() {
        return port;
    }

    /// Stops the broker; its messages are gone.
    @Override
    public void close() {
        try {
            launcher.shutdown();
        } catch (IllegalStateException e) {
            // When the JVM ends, the broker stops itself and refuses to be stopped a second time.
            if (!Deadline.in(STOP_PATIENCE).await(() -> FreePorts.isFree(port))) {
                throw e;
            }
        }
    }
}
