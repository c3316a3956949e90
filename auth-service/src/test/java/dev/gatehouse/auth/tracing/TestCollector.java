package dev.gatehouse.auth.tracing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;

/// Takes spans by OTLP over HTTP, and remembers them.
public final class TestCollector implements AutoCloseable {

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    public TestCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/v1/traces", this::take);
            server.start();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange; InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Key")).ifPresent(keys::add);
            ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .forEach(scope -> spans.addAll(scope.getSpansList()));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /// {@return the spans of one trace that have come so far}
    public List<Span> of(String traceId) {
        return spans.stream().filter(span -> hex(span.getTraceId()).equals(traceId)).toList();
    }

    List<Span> all() {
        return List.copyOf(spans);
    }

    /// {@return what came as `X-Key`}
    List<String> keys() {
        return keys;
    }

    public static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    static Map<String, String> attributes(Span span) {
        return span.getAttributesList().stream().collect(Collectors.toMap(each -> each.getKey(),
                each -> each.getValue().hasIntValue() ? "" + each.getValue().getIntValue() : each.getValue().getStringValue()));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
