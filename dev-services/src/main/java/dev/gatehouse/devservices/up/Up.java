package dev.gatehouse.devservices.up;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.devservices.AmqpBroker;
import dev.gatehouse.devservices.MailSink;
import dev.gatehouse.devservices.Postgres;
import dev.gatehouse.devservices.Redis;
import dev.gatehouse.devservices.ServiceStartException;

/// Starts the services, the auth service, the demo backend and the gateway, tells people how to use them, and stays until a signal
/// or a failed part ends it. What needs nothing else starts at once.
public final class Up {

    private static final List<String> STOP_ORDER = List.of("gateway", "auth-service", "backend", "mail sink", "AMQP broker",
            "Redis", "PostgreSQL");
    private static final Duration HEALTH_PATIENCE = Duration.ofSeconds(15);
    private static final int STRAGGLER_SECONDS = 20;
    private static final Executor AT_ONCE = task -> Thread.ofVirtual().start(task);

    private final Installation installation;
    private final PrintStream out;
    private final Supervisor supervisor;
    private final long begun = System.nanoTime();
    private volatile CompletableFuture<?> starting = CompletableFuture.completedFuture(null);

    private Up(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
        this.supervisor = new Supervisor(STOP_ORDER, installation.home(), this::say);
    }

    /// Arguments: the folder of the checkout, and `--fresh` to empty the data first. Ends with status 1 and one line on standard
    /// error when something cannot start or has ended by itself; a signal ends it after all parts have been stopped.
    public static void main(String[] arguments) {
        List<String> words = new ArrayList<>(Arrays.asList(arguments));
        boolean fresh = words.remove("--fresh");
        System.exit(run(Path.of(words.getFirst()).toAbsolutePath().normalize(), fresh));
    }

    private static int run(Path root, boolean fresh) {
        Path data = Optional.ofNullable(System.getenv("GATEHOUSE_DATA")).filter(folder -> !folder.isEmpty()).map(Path::of)
                .orElse(root.resolve(".gatehouse")).toAbsolutePath().normalize();
        try {
            Ports ports = Ports.from(System.getenv());
            Home home = Home.open(data);
            ports.requireFree();
            if (fresh) {
                home.empty();
            }
            Installation installation = new Installation(root, home, ports);
            installation.requirePrograms();
            return new Up(installation, System.out).run();
        } catch (ServiceStartException e) {
            System.err.println("gatehouse: " + e.getMessage());
        } catch (IOException | UncheckedIOException e) {
            System.err.println("gatehouse: cannot use %s: %s".formatted(data, e.getMessage()));
        }
        return 1;
    }

    private int run() throws IOException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopBySignal, "stop-everything"));
        CompletableFuture<Void> failure = supervisor.failure().thenAccept(Up::raise);
        try {
            CompletableFuture.anyOf(startAll(), failure).join();
            awaitHealth();
            say(Walkthrough.text(installation));
            failure.join();
            return 0;
        } catch (CompletionException e) {
            return failed(e.getCause());
        }
    }

    // The gateway serves before it has the auth service's keys, and would refuse every token until it has asked for them again.
    private void awaitHealth() {
        URI health = installation.gatewayHealth();
        if (!supervisor.awaitAnswer(health, Up::isUp, HEALTH_PATIENCE)) {
            say("the gateway works with less than all it needs; %s says what is missing".formatted(health));
        }
    }

    // The whole's status stands first or last, the parts' between braces.
    private static boolean isUp(String health) {
        return health.startsWith("{\"status\":\"UP\"") || health.endsWith("\"status\":\"UP\"}");
    }

    private CompletableFuture<?> startAll() throws IOException {
        SecureRandom random = new SecureRandom();
        String encryptionKey = installation.home().encryptionKey(random);
        String gatewayKey = installation.home().gatewayEncryptionKey(random);
        CompletableFuture<Postgres> postgres = CompletableFuture.supplyAsync(this::startPostgres, AT_ONCE);
        CompletableFuture<Void> redis = atOnce(this::startRedis);
        CompletableFuture<Void> gateway = redis.thenRunAsync(() -> start(installation.gateway(gatewayKey)), AT_ONCE);
        CompletableFuture<Void> auth = postgres.thenCombine(redis, (server, ready) -> server.url())
                .thenAcceptAsync(url -> start(installation.authService(url, encryptionKey)), AT_ONCE);
        return allOrFirstFailure(List.of(postgres, redis, gateway, auth, atOnce(() -> start(installation.backend())),
                atOnce(this::startAmqpBroker), atOnce(this::startMailSink)));
    }

    private static CompletableFuture<Void> atOnce(Runnable task) {
        return CompletableFuture.runAsync(task, AT_ONCE);
    }

    // Each failure's future completes only by failing.
    private CompletableFuture<?> allOrFirstFailure(List<CompletableFuture<?>> parts) {
        CompletableFuture<Void> all = CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
        starting = all;
        Stream<CompletableFuture<?>> failures = parts.stream()
                .map(part -> part.thenCompose(done -> new CompletableFuture<Void>()));
        return CompletableFuture.anyOf(Stream.concat(Stream.of(all), failures).toArray(CompletableFuture[]::new));
    }

    private Postgres startPostgres() {
        int port = installation.ports().of(Port.POSTGRES);
        Postgres postgres = Postgres.at(installation.home().postgres(), port, installation.home().log("postgres"));
        supervisor.own("PostgreSQL", postgres);
        supervisor.watch("PostgreSQL", postgres.process());
        sayReady("PostgreSQL", port);
        return postgres;
    }

    private void startRedis() {
        int port = installation.ports().of(Port.REDIS);
        Redis redis = Redis.at(installation.home().redis(), port, installation.home().log("redis"));
        supervisor.own("Redis", redis);
        supervisor.watch("Redis", redis.process());
        sayReady("Redis", port);
    }

    private void startAmqpBroker() {
        int port = installation.ports().of(Port.AMQP);
        supervisor.own("AMQP broker", AmqpBroker.at(port));
        sayReady("AMQP broker", port);
    }

    private void startMailSink() {
        int port = installation.ports().of(Port.SMTP);
        MailSink sink = MailSink.at(port);
        MailLog log = new MailLog(sink, installation.home().log("mail"), installation.home().mails(), this::say);
        Thread.ofVirtual().start(log);
        supervisor.own("mail sink", () -> {
            log.stop();
            sink.close();
        });
        sayReady("mail sink", port);
    }

    private void start(Child child) {
        supervisor.start(child);
        sayReady(child.name(), child.ready().getPort());
    }

    private static void raise(ChildFailure failure) {
        throw failure;
    }

    private int failed(@Nullable Throwable cause) {
        if (supervisor.isStopping()) {
            return 0; // a signal came first; its thread ends everything and this one has nothing to say
        }
        stopAll();
        switch (cause) {
            case ServiceStartException known -> System.err.println("gatehouse: " + known.getMessage());
            case ChildFailure failure -> {
                System.err.println("gatehouse: " + failure.getMessage());
                failure.lastLines().forEach(line -> System.err.println("    " + line));
            }
            case null, default -> throw new IllegalStateException(cause);
        }
        return 1;
    }

    private void stopBySignal() {
        stopAll();
        say("Gatehouse has stopped.");
    }

    // A part that was still starting is stopped as soon as it has started: wait for that too, or it would outlive us for a moment.
    private void stopAll() {
        supervisor.close();
        starting.handle((done, failure) -> failure).orTimeout(STRAGGLER_SECONDS, TimeUnit.SECONDS).exceptionally(late -> late)
                .join();
        installation.home().release();
    }

    private void sayReady(String name, int port) {
        Duration since = Duration.ofNanos(System.nanoTime() - begun);
        say("%-13s ready on port %5d after %.1f s".formatted(name, port, since.toMillis() / 1000.0));
    }

    private void say(String text) {
        out.println(text.stripTrailing());
        out.flush();
    }
}
