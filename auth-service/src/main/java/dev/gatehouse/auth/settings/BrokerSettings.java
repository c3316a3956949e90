package dev.gatehouse.auth.settings;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where events go.
///
/// @param host of RabbitMQ
/// @param port of RabbitMQ
/// @param tls whether the connection is encrypted and the server's certificate checked
/// @param virtualHost on that server
/// @param user to sign in as
/// @param password of the user
/// @param queue that is declared and bound for consumers
public record BrokerSettings(String host, int port, boolean tls, String virtualHost, String user, Secret password, String queue) {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1", "[::1]");
    private static final String GUEST = "guest";
    private static final int LONGEST_QUEUE = 200; // AMQP allows 255; the dead letters' queue has a longer name

    static Optional<BrokerSettings> read(Map<String, String> environment, List<String> problems) {
        String host = text(environment, "RABBITMQ_HOST", "");
        if (host.isEmpty()) {
            return Optional.empty();
        }
        int before = problems.size();
        boolean tls = bool(environment, "RABBITMQ_TLS", problems);
        int port = port(environment, tls ? "5671" : "5672", problems);
        String user = text(environment, "RABBITMQ_USER", GUEST);
        // RabbitMQ's own default, which it accepts from its own machine only.
        boolean guest = user.equals(GUEST) && LOOPBACK.contains(host.toLowerCase(Locale.ROOT));
        String password = text(environment, "RABBITMQ_PASSWORD", guest ? GUEST : "");
        if (password.isEmpty()) {
            problems.add("RABBITMQ_PASSWORD: is not set (expected: a value; there is no default but for guest on this machine)");
        }
        String queue = text(environment, "RABBITMQ_QUEUE", "auth-events");
        if (queue.startsWith("amq.") || queue.length() > LONGEST_QUEUE) {
            problems.add("RABBITMQ_QUEUE: is not a queue of ours (expected: at most 200 characters, not starting with amq.)");
        }
        return problems.size() > before
                ? Optional.empty()
                : Optional.of(new BrokerSettings(host, port, tls, text(environment, "RABBITMQ_VHOST", "/"), user,
                        Secret.of(password.getBytes(StandardCharsets.UTF_8)), queue));
    }

    private static String text(Map<String, String> environment, String name, String byDefault) {
        String text = environment.getOrDefault(name, "").strip();
        return text.isEmpty() ? byDefault : text;
    }

    private static boolean bool(Map<String, String> environment, String name, List<String> problems) {
        String text = text(environment, name, "false").toLowerCase(Locale.ROOT);
        if (!text.equals("true") && !text.equals("false")) {
            problems.add(name + ": is unknown (expected: true or false)");
        }
        return text.equals("true");
    }

    private static int port(Map<String, String> environment, String byDefault, List<String> problems) {
        String text = text(environment, "RABBITMQ_PORT", byDefault);
        if (text.matches("[1-9]\\d{0,4}") && Integer.parseInt(text) <= 65_535) {
            return Integer.parseInt(text);
        }
        problems.add("RABBITMQ_PORT: is not a port (expected: a number from 1 to 65535)");
        return 0;
    }

    /// {@return host and port, without the secrets}
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
