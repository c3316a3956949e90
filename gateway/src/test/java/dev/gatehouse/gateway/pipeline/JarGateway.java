package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.process.Command;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.devservices.process.GuardedProcess;
import dev.gatehouse.devservices.process.Signal;

/// The gateway as it ships, `target/gateway.jar`, in a process of its own with nothing in its environment but what it is given: what attackers meet.
public final class JarGateway implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path JAR = Path.of(System.getProperty("gateway.jar", "target/gateway.jar")).toAbsolutePath();
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final List<String> OPTIONS = List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final List<String> ALONE = List.of("-jar", JAR.toString());

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Map<Map<String, String>, JarGateway> SHARED = new HashMap<>();

    private final GuardedProcess process;
    private final Path folder;
    private final int port;
    private final int managementPort;

    private JarGateway(GuardedProcess process, Path folder, int port, int managementPort) {
        this.process = process;
        this.folder = folder;
        this.port = port;
        this.managementPort = managementPort;
    }

    /// The one without settings of its own that suites share, with these routes in place. It ends with this JVM; nobody closes it.
    public static JarGateway shared(String routes) {
        return shared(routes, Map.of());
    }

    /// The one with these settings that suites share, with these routes in place.
    public static synchronized JarGateway shared(String routes, Map<String, String> environment) {
        JarGateway known = SHARED.get(environment);
        if (known == null) {
            known = start(routes, environment);
            SHARED.put(Map.copyOf(environment), known);
        } else {
            known.replaceRoutes(routes);
        }
        return known;
    }

    /// Starts one and waits until it is ready. Close it at the end.
    public static JarGateway start(String routes, Map<String, String> environment) {
        return start(List.of(), routes, environment);
    }

    /// The same with the jars of a folder beside its own, as the operators' page says.
    static JarGateway startBeside(Path jars, String routes, Map<String, String> environment) {
        return start(List.of(), List.of("-Dloader.path=" + jars, "-cp", JAR.toString(),
                "org.springframework.boot.loader.launch.PropertiesLauncher"), routes, environment);
    }

    /// The same, taken apart as in its image.
    ///
    /// @param apart where it is put
    static JarGateway startBeside(Path jars, Path apart, String routes, Map<String, String> environment) throws IOException {
        GuardedProcess taking = GuardedProcess.start(Command.of(List.of(JAVA, "-Djarmode=tools", "-jar", JAR.toString(),
                "extract", "--destination", apart.toString()), apart.getParent(), apart.resolveSibling("extract.log")));
        Deadline.in(PATIENCE).await(() -> !taking.alive());
        return start(List.of(), List.of("-cp", apart.resolve(JAR.getFileName()) + ":" + jars + "/*",
                "dev.gatehouse.gateway.GatewayApplication"), routes, environment);
    }

    /// The same with another heap, and as much for its buffers.
    ///
    /// @param heap as the JVM takes it, such as `64m`
    static JarGateway startWithin(String heap, String routes, Map<String, String> environment) {
        return start(List.of(), List.of("-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError", "-jar", JAR.toString()), routes,
                environment);
    }

    /// The same, run by another command.
    public static JarGateway start(List<String> runner, String routes, Map<String, String> environment) {
        return start(runner, ALONE, routes, environment);
    }

    private static JarGateway start(List<String> runner, List<String> program, String routes,
            Map<String, String> environment) {
        Path folder = folderWith(routes);
        int port = FreePorts.next();
        int managementPort = FreePorts.next();
        Map<String, String> settings = new HashMap<>(Map.of("GATEHOUSE_PORT", "" + port, "GATEHOUSE_MANAGEMENT_PORT",
                "" + managementPort, "GATEHOUSE_ADDRESS", "127.0.0.1", "GATEHOUSE_STATE", folder.resolve("state").toString(),
                "GATEHOUSE_ROUTES", folder.resolve("routes.yml").toString()));
        settings.putAll(environment);
        GuardedProcess process = GuardedProcess
                .start(Command.of(command(runner, program, settings), folder, folder.resolve("gateway.log")));
        JarGateway gateway = new JarGateway(process, folder, port, managementPort);
        Deadline.in(PATIENCE).await(() -> !process.alive() || gateway.isReady());
        if (!process.alive() || !gateway.isReady()) {
            process.kill();
            throw new IllegalStateException("The gateway is not up:\n" + String.join("\n", process.lastLines(40)));
        }
        return gateway;
    }

    /// `env -i`: what this JVM was started with, a developer's `GATEHOUSE_…` or an agent's options, is not the gateway's.
    private static List<String> command(List<String> runner, List<String> program, Map<String, String> settings) {
        List<String> words = new ArrayList<>(runner);
        words.addAll(List.of("env", "-i"));
        settings.forEach((name, value) -> words.add(name + "=" + value));
        words.add(JAVA);
        words.addAll(OPTIONS);
        words.addAll(program);
        return words;
    }

    private static Path folderWith(String routes) {
        try {
            Path folder = Files.createTempDirectory("gateway").toRealPath();
            Files.writeString(folder.resolve("routes.yml"), routes);
            return folder;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private boolean isReady() {
        try {
            return RawClient.exchange(managementPort, line("/actuator/health/readiness")).startsWith("HTTP/1.1 200 ");
        } catch (IOException _) {
            return false; // nobody listens yet
        }
    }

    private static String line(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }

    /// Exchanges routes.yml under the running gateway and waits until it has taken the new one.
    public void replaceRoutes(String routes) {
        try {
            Files.writeString(folder.resolve("routes.yml"), routes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        String hash = "\"sha256\":\"" + sha256(routes) + '"';
        if (!Deadline.in(PATIENCE).await(() -> management("/operator/routes").contains(hash))) {
            throw new IllegalStateException("The gateway does not take the routes:\n" + management("/operator/routes"));
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// What the management port answers, from the status line on.
    public String management(String path) {
        return exchange(managementPort, line(path));
    }

    /// Asks for an issuer's keys again, as an operator would.
    public void refreshIssuer(String id) {
        exchange(managementPort, "POST /operator/issuers/" + id
                + "/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    private static String exchange(int port, String request) {
        try {
            return RawClient.exchange(port, request);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(20));
    }

    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    /// Says one request with these fields beside `Host` and `Connection: close`, and answers with the octets that come back.
    ///
    /// @param line method and target
    public String send(String line, String... fields) {
        return Spoken.HTTP_1_1.send(this, "localhost", line, fields);
    }

    public int port() {
        return port;
    }

    public int managementPort() {
        return managementPort;
    }

    /// Where it keeps what shall survive a restart.
    public Path state() {
        return folder.resolve("state");
    }

    /// The number of its process.
    public long pid() {
        return process.handle().pid();
    }

    /// Asks it to end in order, and returns at once.
    public void terminate() {
        Signal.TERM.sendTo(List.of(process.handle()));
    }

    /// Whether it still runs.
    public boolean isAlive() {
        return process.alive();
    }

    /// All that it has printed: its own log and the access log.
    public String output() {
        try {
            return Files.readString(process.log(), StandardCharsets.ISO_8859_1);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void close() {
        process.kill();
    }
}
