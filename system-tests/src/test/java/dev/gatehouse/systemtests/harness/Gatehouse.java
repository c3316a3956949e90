package dev.gatehouse.systemtests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.MailSink;
import dev.gatehouse.devservices.Postgres;
import dev.gatehouse.devservices.Redis;

/// The whole system on free ports: PostgreSQL, Redis, a mail server, one auth service, the demo backend, and two gateways that know of each other
/// only through Redis. Each gateway reads its own copy of the shipped routes.yml. Tests share one system and leave it as they found it.
public final class Gatehouse {

    /// How long after a rotation older refresh tokens are still answered: as short as 50 refreshes at once allow.
    public static final int REFRESH_GRACE_SECONDS = 5;

    private static final Path ROOT = Path.of(System.getProperty("gatehouse.root", ".."));
    private static final Path FOLDER = ROOT.resolve("system-tests/target/systems");
    private static final AtomicInteger NUMBER = new AtomicInteger();

    // Durable, unlike a temporary one, which forgets its last moments when it is killed.
    private final Postgres postgres = Postgres.at(newFolder("postgres"), FreePorts.next());
    private final Redis redis = Redis.temporary();
    private final MailSink mails = MailSink.temporary();
    private final String databaseUrl = postgres.freshDatabase();
    private final String encryptionKey = randomKey();
    private final int authPort = FreePorts.next();
    private final Client backend = new Client(FreePorts.next());
    private final Gateway first;
    private final Gateway second;

    private Gatehouse() {
        Program demo = start("backend", List.of(ROOT.resolve("examples/backend/Backend.java").toString()),
                Map.of("BACKEND_PORT", "" + backend.port()));
        CompletableFuture<Program> auth = CompletableFuture.supplyAsync(() -> startAuthService(authPort));
        CompletableFuture<Gateway> one = CompletableFuture.supplyAsync(() -> startGateway(Map.of()));
        CompletableFuture<Gateway> two = CompletableFuture.supplyAsync(() -> startGateway(Map.of()));
        demo.awaitReady(() -> backend.serves("/status/200"));
        auth.join();
        first = one.join().awaitKeys();
        second = two.join().awaitKeys();
    }

    /// The system of this JVM.
    public static Gatehouse shared() {
        return Shared.SYSTEM;
    }

    /// The database server.
    public Postgres postgres() {
        return postgres;
    }

    /// The Redis server.
    public Redis redis() {
        return redis;
    }

    /// Where the auth service sends its mails.
    public MailSink mails() {
        return mails;
    }

    /// The gateway that most tests use.
    public Gateway first() {
        return first;
    }

    /// Its sibling.
    public Gateway second() {
        return second;
    }

    /// The auth service, past the gateway.
    public Client authService() {
        return new Client(authPort);
    }

    /// One more auth service of the same database.
    public Program startAuthService(int port) {
        Map<String, String> settings = authSettings();
        settings.put("GATEHOUSE_AUTH_PORT", "" + port);
        Program program = authCommand(List.of(), settings);
        program.awaitReady(() -> new Client(port).serves("/auth/health"));
        return program;
    }

    /// The auth service's jar with these arguments and no more settings than these.
    public static Program authCommand(List<String> arguments, Map<String, String> settings) {
        return start("auth-service", jar("gatehouse.auth-service.jar", arguments), settings);
    }

    /// Java with these words and no more settings than these.
    public static Program javaCommand(List<String> words, Map<String, String> settings) {
        return start("java", words, settings);
    }

    /// The jar of the auth service.
    public static String authJar() {
        return System.getProperty("gatehouse.auth-service.jar", "");
    }

    /// The gateway's jar with no more settings than these.
    public static Program gatewayCommand(Map<String, String> settings) {
        return start("gateway", jar("gatehouse.gateway.jar", List.of()), settings);
    }

    /// The settings of the auth service, to be changed.
    public Map<String, String> authSettings() {
        return new HashMap<>(Map.of("DATABASE_URL", databaseUrl, "REDIS_URL", redis.url(), "GATEHOUSE_KEK", encryptionKey,
                "GATEHOUSE_AUTH_MANAGEMENT_PORT", "" + FreePorts.next(), "GATEHOUSE_REFRESH_GRACE",
                REFRESH_GRACE_SECONDS + "s", "SMTP_URL", mails.smtpUrl()));
    }

    /// One more gateway, with its own copy of the routes; ready.
    public Gateway startGateway(Map<String, String> more) {
        Path routes = newFolder("routes").resolve("routes.yml");
        write(routes, shippedRoutes());
        int port = FreePorts.next();
        int management = FreePorts.next();
        String auth = "http://127.0.0.1:" + authPort;
        Map<String, String> settings = new HashMap<>(Map.of("GATEHOUSE_ROUTES", routes.toString(), "GATEHOUSE_ADDRESS",
                "127.0.0.1", "GATEHOUSE_PORT", "" + port, "GATEHOUSE_MANAGEMENT_PORT", "" + management, "REDIS_URL",
                redis.url(), "GATEHOUSE_AUTH_URL", auth, "GATEHOUSE_JWKS", auth + "/.well-known/jwks.json",
                "GATEHOUSE_BACKEND_URL", "http://127.0.0.1:" + backend.port()));
        // A busy machine stands still for longer than a decision waits by default.
        settings.put("GATEHOUSE_LIMITER_DEADLINE", "1s");
        settings.put("GATEHOUSE_DRAIN_GRACE", "0ms");
        settings.putAll(more);
        Gateway gateway = new Gateway(gatewayCommand(settings), new Client(port), new Client(management), routes);
        gateway.program().awaitReady(() -> gateway.client().serves("/readyz"));
        return gateway;
    }

    /// The routes as operators get them.
    public static String shippedRoutes() {
        try {
            return Files.readString(ROOT.resolve("routes.yml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// An empty folder that stays after the tests, for who wants to know what happened.
    public static Path newFolder(String name) {
        try {
            return Files.createDirectories(FOLDER.resolve(
                    "%d-%02d-%s".formatted(ProcessHandle.current().pid(), NUMBER.incrementAndGet(), name))).toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> jar(String property, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of("-jar", System.getProperty(property, "")));
        words.addAll(arguments);
        return words;
    }

    private static Program start(String name, List<String> words, Map<String, String> settings) {
        return Program.start(newFolder(name).resolve(name + ".log"), words, settings);
    }

    private static String randomKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    private static final class Shared {
        private static final Gatehouse SYSTEM = new Gatehouse();
    }
}
