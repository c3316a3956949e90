package dev.gatehouse.devservices.up;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.gatehouse.devservices.ServiceStartException;
import dev.gatehouse.devservices.process.Command;

/// The programs of this checkout, where their data lies, and the settings that join them.
///
/// @param root the checkout
/// @param home where data, logs and secrets are kept
/// @param ports where everything listens
record Installation(Path root, Home home, Ports ports) {

    private static final Duration START_PATIENCE = Duration.ofSeconds(90);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    // A laptop runs all of this at once: small heaps, and the collector and the compiler that start fastest.
    private static final List<String> JAVA_OPTIONS = List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    String publicUrl() {
        return "http://localhost:" + ports.of(Port.GATEWAY);
    }

    String redisUrl() {
        return "redis://127.0.0.1:" + ports.of(Port.REDIS);
    }

    Child authService(String databaseUrl, String encryptionKey) {
        Map<String, String> settings = new HashMap<>(ports.asEnvironment());
        settings.put("DATABASE_URL", databaseUrl);
        settings.put("REDIS_URL", redisUrl());
        settings.put("RABBITMQ_HOST", "127.0.0.1");
        settings.put("RABBITMQ_PORT", Integer.toString(ports.of(Port.AMQP)));
        settings.put("SMTP_URL", "smtp://127.0.0.1:" + ports.of(Port.SMTP));
        settings.put("GATEHOUSE_ISSUER", publicUrl());
        settings.put("GATEHOUSE_KEK", encryptionKey);
        return child("auth-service", List.of("-jar", jar("auth-service").toString()), settings, Port.AUTH, "/auth/health");
    }

    Child gateway(String encryptionKey) {
        Map<String, String> settings = new HashMap<>(ports.asEnvironment());
        settings.put("REDIS_URL", redisUrl());
        settings.put("GATEHOUSE_KEK", encryptionKey);
        settings.put("GATEHOUSE_STATE", home.gatewayState().toString());
        settings.put("GATEHOUSE_ROUTES", routes());
        settings.put("GATEHOUSE_DRAIN_GRACE", fromEnvironment("GATEHOUSE_DRAIN_GRACE", "0ms")); // nobody balances here
        settings.put("GATEHOUSE_ISSUER", publicUrl());
        settings.put("GATEHOUSE_AUTH_URL", local(Port.AUTH));
        settings.put("GATEHOUSE_JWKS", local(Port.AUTH) + "/.well-known/jwks.json");
        settings.put("GATEHOUSE_BACKEND_URL", fromEnvironment("GATEHOUSE_BACKEND_URL", local(Port.BACKEND)));
        return child("gateway", List.of("-jar", jar("gateway").toString()), settings, Port.GATEWAY, "/readyz");
    }

    /// Where the gateway tells whether it has all it needs, such as the keys of its issuers.
    URI gatewayHealth() {
        return URI.create(local(Port.GATEWAY_MANAGEMENT) + "/actuator/health");
    }

    /// The routes file: the one the environment names, or the checkout's.
    String routes() {
        return fromEnvironment("GATEHOUSE_ROUTES", root.resolve("routes.yml").toString());
    }

    private String local(Port port) {
        return "http://127.0.0.1:" + ports.of(port);
    }

    private static String fromEnvironment(String name, String preset) {
        return Objects.requireNonNullElse(System.getenv(name), preset);
    }

    Child backend() {
        return child("backend", List.of(backendProgram().toString()), ports.asEnvironment(), Port.BACKEND, "/status/200");
    }

    /// Refuses, in one line, a checkout that has not been built.
    void requirePrograms() {
        for (Path program : List.of(jar("auth-service"), jar("gateway"), backendProgram())) {
            if (!Files.isRegularFile(program)) {
                throw new ServiceStartException("%s is missing: build it with ./mvnw package".formatted(program));
            }
        }
    }

    // The launcher unpacks the jars after it has built them, because they start faster so.
    private Path jar(String module) {
        Path target = root.resolve(module).resolve("target");
        Path unpacked = target.resolve("up").resolve(module + ".jar");
        return Files.isRegularFile(unpacked) ? unpacked : target.resolve(module + ".jar");
    }

    private Path backendProgram() {
        return root.resolve("examples/backend/Backend.java");
    }

    private Child child(String name, List<String> program, Map<String, String> settings, Port port, String ready) {
        List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        words.addAll(JAVA_OPTIONS);
        words.addAll(program);
        return new Child(name, Command.of(words, root, home.log(name)).with(settings),
                URI.create(local(port) + ready), START_PATIENCE, STOP_PATIENCE);
    }
}
