package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

import static org.awaitility.Awaitility.await;

/// Takes spans by OTLP over HTTP, and remembers them.
final class TestCollector implements AutoCloseable {

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    private TestCollector(HttpServer server) {
        this.server = server;
    }

    static TestCollector start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            TestCollector collector = new TestCollector(server);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/v1/traces", collector::take);
            server.start();
            return collector;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange; InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Key")).ifPresent(keys::add);
            for (ResourceSpans resource : ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
                for (ScopeSpans scope : resource.getScopeSpansList()) {
                    spans.addAll(scope.getSpansList());
                }
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /// The spans of one trace, once the request's own is among them; it comes last.
    List<Span> of(String traceId) {
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5))
                .until(() -> spansOf(traceId).stream().anyMatch(span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER));
        return spansOf(traceId);
    }

    private List<Span> spansOf(String traceId) {
        return spans.stream().filter(span -> hex(span.getTraceId()).equals(traceId)).toList();
    }

    boolean knows(String traceId) {
        return !spansOf(traceId).isEmpty();
    }

    /// What came as `X-Key`.
    List<String> keys() {
        return keys;
    }

    static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
