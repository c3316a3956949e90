package dev.gatehouse.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.auth.settings.Settings;
import dev.gatehouse.auth.settings.SettingsReader;
import dev.gatehouse.devservices.Postgres;
import dev.gatehouse.devservices.Redis;

/// The whole service in this JVM, on a free port, on a real database and a real Redis; and a frontend that talks to it.
public final class AuthServer implements AutoCloseable {

    public static final String KEK = Base64.getEncoder().encodeToString(new byte[32]);
    public static final String ISSUER = "http://auth.test";
    public static final String PASSWORD = "Test123!@#";

    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final AtomicInteger PEOPLE = new AtomicInteger();

    private final ConfigurableApplicationContext context;

    private AuthServer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /// {@return one per JVM, for tests that break nothing}
    public static AuthServer shared() {
        return Shared.SERVER;
    }

    /// {@return settings of a service with its own database}
    public static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("DATABASE_URL", Postgres.shared().freshDatabase());
        environment.put("REDIS_URL", Redis.shared().url());
        environment.put("GATEHOUSE_KEK", KEK);
        environment.put("GATEHOUSE_ISSUER", ISSUER);
        environment.put("GATEHOUSE_AUTH_PORT", "0");
        environment.put("GATEHOUSE_AUTH_MANAGEMENT_PORT", "0");
        environment.put("GATEHOUSE_LOGIN_FLOOR", "50ms"); // tests fail to sign in often
        environment.put("GATEHOUSE_HASH_QUEUE", "1000");
        environment.put("GATEHOUSE_HASH_DEADLINE", "30s"); // a build machine is busy with other things
        return environment;
    }

    public static AuthServer start(Map<String, String> environment) {
        return switch (SettingsReader.read(environment)) {
            case Settings.Reading.Valid(Settings settings) ->
                new AuthServer(AuthServiceApplication.start(settings, Clock.systemUTC()));
            case Settings.Reading.Wrong wrong -> throw new IllegalArgumentException(wrong.problems().toString());
        };
    }

    /// {@return somebody new, registered and signed in}
    public SignedIn someone() {
        String name = "user_" + PEOPLE.incrementAndGet() + "_" + Long.toString(System.nanoTime(), 36);
        var registered = post("/auth/register", registration(name, name + "@example.com"));
        if (registered.status() != 201) {
            throw new IllegalStateException("register: " + registered);
        }
        return login(name);
    }

    public SignedIn login(String name) {
        var answer = post("/auth/login", login(name, PASSWORD));
        if (answer.status() != 200) {
            throw new IllegalStateException("login: " + answer);
        }
        return new SignedIn(name, answer.text("access_token"), answer.text("refresh_token"));
    }

    public static String registration(String name, String email) {
        return """
                {"username":"%s","email":"%s","password":"%s"}""".formatted(name, email, PASSWORD);
    }

    public static String login(String name, String password) {
        return """
                {"username":"%s","password":"%s"}""".formatted(name, password);
    }

    public static String refresh(String token) {
        return """
                {"refresh_token":"%s"}""".formatted(token);
    }

    /// {@return an object of texts, none of which has anything in it that JSON would escape}
    public static String json(String... namesAndValues) {
        return IntStream.range(0, namesAndValues.length / 2)
                .mapToObj(i -> "\"" + namesAndValues[2 * i] + "\":\"" + namesAndValues[2 * i + 1] + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    /// {@return where mails to [#someone()] go}
    public static String address(SignedIn someone) {
        return someone.name() + "@example.com";
    }

    public Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    public Answer delete(String path, String... headers) {
        return send(request(path, headers).DELETE());
    }

    /// Posts JSON.
    public Answer post(String path, String json, String... headers) {
        return send("POST", path, json, headers);
    }

    /// Sends JSON.
    public Answer send(String method, String path, String json, String... headers) {
        return send(request(path, headers).header("Content-Type", "application/json").method(method,
                BodyPublishers.ofString(json)));
    }

    /// Posts nothing at all.
    public Answer post(String path) {
        return send(request(path).POST(BodyPublishers.noBody()));
    }

    public Answer postEmpty(String path, String... headers) {
        return send(request(path, headers).POST(BodyPublishers.noBody()));
    }

    public HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(30));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
            return new Answer(response);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    public int managementPort() {
        return context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    }

    public WebServer webServer() {
        return Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer());
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public <T> Collection<T> beans(Class<T> type) {
        return context.getBeansOfType(type).values();
    }

    public JdbcClient database() {
        return bean(JdbcClient.class);
    }

    @Override
    public void close() {
        context.close();
    }

    /// Somebody's tokens.
    public record SignedIn(String name, String accessToken, String refreshToken) {

        public String[] bearer() {
            return new String[]{"Authorization", "Bearer " + accessToken};
        }
    }

    /// What came back.
    public record Answer(HttpResponse<String> response) {

        public int status() {
            return response.statusCode();
        }

        public String header(String name) {
            return String.join(" | ", response.headers().allValues(name));
        }

        /// {@return the cookie by which the device is known from now on, as it is shown}
        public String device() {
            return response.headers().allValues("Set-Cookie").stream()
                    .filter(cookie -> cookie.startsWith("__Host-gatehouse_device=")).findFirst().orElseThrow()
                    .replaceFirst(";.*", "");
        }

        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        public String text(String field) {
            return json().path(field).asString();
        }

        /// {@return status and code, as in "401 auth.missing"}
        public String problem() {
            return status() + " " + text("code");
        }

        @Override
        public String toString() {
            return status() + " " + response.headers().map() + " " + response.body();
        }
    }

    private static final class Shared {

        private static final AuthServer SERVER = start(environment());
    }
}
