package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/// A backend that answers 200 to everything, and remembers what it received.
final class TestUpstream implements AutoCloseable {

    private final HttpServer server;
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

    private TestUpstream(HttpServer server) {
        this.server = server;
    }

    static TestUpstream start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            TestUpstream upstream = new TestUpstream(server);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", upstream::answer);
            server.start();
            return upstream;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// The next request that arrived, oldest first.
    Received next() {
        Received next = received.poll();
        if (next == null) {
            throw new AssertionError("no request reached the upstream");
        }
        return next;
    }

    boolean isUntouched() {
        return received.isEmpty();
    }

    /// As if no request had come up to now.
    void forget() {
        received.clear();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            List<Field> fields = new ArrayList<>();
            for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
                header.getValue().forEach(value -> fields.add(new Field(header.getKey(), value)));
            }
            received.add(new Received(exchange.getRequestMethod(), exchange.getRequestURI().toString(), fields, body.length));
            byte[] answer = "hello".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Server", "secret/1.0");
            exchange.getResponseHeaders().add("X-User-Id", "from-upstream");
            exchange.getResponseHeaders().add("X-Answer", "yes");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, head ? -1 : answer.length);
            if (!head) {
                exchange.getResponseBody().write(answer);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    record Field(String name, String value) {}

    record Received(String method, String target, List<Field> fields, int bodyLength) {

        /// Values of all fields that some backend would take for this one: `_` and `.` count as `-`, case does not count.
        List<String> all(String name) {
            return fields.stream().filter(field -> field.name().replace('_', '-').replace('.', '-').equalsIgnoreCase(name))
                    .map(Field::value)
                    .toList();
        }
    }
}
