package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import dev.gatehouse.gateway.GatewayApplication;

/// A real gateway on free ports, with a routes.yml of the test's. Close it at the end; as an extension of a test class it closes with the class.
public final class TestGateway implements AutoCloseable, AfterAllCallback {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Path routes;
    private final ConfigurableApplicationContext context;

    private TestGateway(Path routes, ConfigurableApplicationContext context) {
        this.routes = routes;
        this.context = context;
    }

    public static TestGateway start(String routes, Map<String, String> environment) {
        Path file = write(routes);
        Map<String, String> settings = new HashMap<>(
                Map.of("GATEHOUSE_PORT", "0", "GATEHOUSE_MANAGEMENT_PORT", "0", "GATEHOUSE_ADDRESS", "127.0.0.1",
                        "GATEHOUSE_DRAIN_GRACE", "0ms",
                        "GATEHOUSE_ROUTES", file.toString()));
        settings.putAll(environment);
        return new TestGateway(file, GatewayApplication.start(settings::get));
    }

    private static Path write(String routes) {
        try {
            return Files.writeString(Files.createTempDirectory("gateway").resolve("routes.yml"), routes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public int port() {
        return ((WebServerApplicationContext) context).getWebServer().getPort();
    }

    public int managementPort() {
        return context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    }

    /// What the management port answers, from the status line on.
    public String management(String path) {
        try {
            return RawClient.exchange(managementPort(),
                    "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public Path routes() {
        return routes;
    }

    /// Exchanges routes.yml under the running gateway.
    public void rewrite(String text) throws IOException {
        Files.writeString(routes, text);
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).timeout(Duration.ofSeconds(20));
    }

    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void afterAll(ExtensionContext test) {
        close();
    }

    @Override
    public void close() {
        context.close();
    }
}
