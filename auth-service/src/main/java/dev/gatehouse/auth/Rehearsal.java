package dev.gatehouse.auth;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import org.springframework.context.ConfigurableApplicationContext;

import dev.gatehouse.auth.settings.Settings;
import dev.gatehouse.auth.settings.SettingsReader;

/// The command `rehearse`: one start on free ports of loopback with nothing around it, a few requests, and the end. What Java learns by it
/// (`-XX:AOTCacheOutput`) makes later starts short (JEP 514). Needs no settings, database or network.
final class Rehearsal {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    // Nobody listens there, which each client finds out at once.
    private static final String NOBODY = "127.0.0.1:1";

    private Rehearsal() {}

    /// {@return the exit code: 0 done, 1 not possible}
    ///
    /// @param out where to say what happened
    static int run(PrintStream out) {
        try (ConfigurableApplicationContext service = started()) {
            request(service, "local.server.port", "/auth/register",
                    "{\"username\":\"rehearsal\",\"email\":\"rehearsal@example.com\",\"password\":\"Test123!@#\"}");
            request(service, "local.server.port", "/auth/login", "{\"username\":\"rehearsal\",\"password\":\"Test123!@#\"}");
            request(service, "local.server.port", "/auth/refresh", "{\"refresh_token\":\"rehearsal\"}");
            request(service, "local.server.port", "/auth/health", "");
            request(service, "local.server.port", "/.well-known/jwks.json", "");
            request(service, "local.management.port", "/actuator/health/readiness", "");
            request(service, "local.management.port", "/actuator/prometheus", "");
            out.println("rehearsed: started, answered, and stopped");
            return 0;
        } catch (IOException failed) {
            out.println("cannot rehearse: " + failed.getMessage());
            return 1;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static ConfigurableApplicationContext started() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Map<String, String> environment = Map.of("DATABASE_URL", "postgres://rehearsal:rehearsal@" + NOBODY + "/rehearsal",
                "GATEHOUSE_KEK", Base64.getEncoder().encodeToString(key), "REDIS_URL", "redis://" + NOBODY,
                "RABBITMQ_HOST", "127.0.0.1", "RABBITMQ_PORT", "1", "SMTP_URL", "smtp://" + NOBODY,
                "GATEHOUSE_AUTH_PORT", "0", "GATEHOUSE_AUTH_MANAGEMENT_PORT", "0");
        return switch (SettingsReader.read(environment)) {
            case Settings.Reading.Valid(Settings settings) -> AuthServiceApplication.start(settings, Clock.systemUTC());
            case Settings.Reading.Wrong(List<String> problems) -> throw new IllegalStateException(problems.toString());
        };
    }

    /// Whatever the answer is: most of them are that the database is away.
    private static void request(ConfigurableApplicationContext service, String port, String path, String json)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + service.getEnvironment().getRequiredProperty(port) + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(DEADLINE);
        if (!json.isEmpty()) {
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
        }
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            client.send(request.build(), BodyHandlers.discarding());
        }
    }
}
