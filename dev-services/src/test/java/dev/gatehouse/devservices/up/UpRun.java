package dev.gatehouse.devservices.up;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.process.Deadline;

/// One run of [Up] in a JVM of its own, over a checkout made of [StandIn]s.
final class UpRun implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final Map<Port, Integer> ports;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    private UpRun(Process process, Map<Port, Integer> ports) {
        this.process = process;
        this.ports = ports;
        this.readers = List.of(copy(process.inputReader(StandardCharsets.UTF_8), out),
                copy(process.errorReader(StandardCharsets.UTF_8), err));
    }

    private static Thread copy(BufferedReader from, List<String> to) {
        return Thread.ofVirtual().start(() -> from.lines().forEach(to::add));
    }

    static Map<Port, Integer> freePorts() {
        Map<Port, Integer> ports = new EnumMap<>(Port.class);
        for (Port port : Port.values()) {
            ports.put(port, FreePorts.next());
        }
        return ports;
    }

    /// Writes the checkout's programs.
    static void checkout(Path root) throws IOException {
        standIn(root.resolve("auth-service/target/auth-service.jar"));
        standIn(root.resolve("gateway/target/gateway.jar"));
        Path backend = root.resolve("examples/backend/Backend.java");
        Files.createDirectories(backend.getParent());
        Files.copy(Path.of("../examples/backend/Backend.java"), backend);
    }

    private static void standIn(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, StandIn.class.getName());
        Files.createDirectories(jar.getParent());
        String name = StandIn.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream content = new JarOutputStream(file, manifest);
                InputStream type = StandIn.class.getClassLoader().getResourceAsStream(name)) {
            content.putNextEntry(new JarEntry(name));
            type.transferTo(content);
        }
    }

    static UpRun of(Path root, Map<Port, Integer> ports, Map<String, String> environment, String... options) throws IOException {
        // A session of its own, as a shell's job has, so that interrupt() reaches all that a Ctrl-C would reach and not the test.
        // A build that a script started with & has SIGINT ignored, which a child would inherit: hence the default again.
        ProcessBuilder builder = new ProcessBuilder("setsid", "env", "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-Dslf4j.internal.verbosity=ERROR", "-cp", System.getProperty("java.class.path"),
                Up.class.getName(), root.toString());
        builder.command().addAll(List.of(options));
        builder.environment().putAll(new Ports(ports).asEnvironment());
        builder.environment().putAll(environment);
        return new UpRun(builder.start(), ports);
    }

    UpRun awaitUp() {
        boolean up = Deadline.in(PATIENCE)
                .await(() -> !process.isAlive() || out.contains("Gatehouse is up: " + url(Port.GATEWAY)));
        if (!up || !process.isAlive()) {
            throw new AssertionError("not up: " + out + err);
        }
        return this;
    }

    String url(Port port) {
        return "http://localhost:" + ports.get(port);
    }

    int status(Port port, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(port) + path)).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    /// Lets the stand-in on this port end by itself.
    void crash(Port port) throws InterruptedException {
        try {
            status(port, "/crash");
        } catch (IOException e) {
            out.add("it ended before it answered");
        }
    }

    /// SIGTERM. Through the handle: Process.destroy() would close the streams from which the last words are read.
    UpRun terminate() {
        process.toHandle().destroy();
        return this;
    }

    /// What a Ctrl-C in the terminal does: SIGINT to the whole process group.
    UpRun interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("/bin/sh", "-c", "kill -s INT -- -" + process.pid()).inheritIO().start().waitFor();
        return this;
    }

    /// SIGKILL.
    void kill() {
        process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /// Blocks until it has ended and all it said has been read.
    int exitStatus() throws InterruptedException {
        int status = process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join().exitValue();
        for (Thread reader : readers) {
            reader.join(PATIENCE);
        }
        return status;
    }

    List<String> out() {
        return out;
    }

    List<String> err() {
        return err;
    }

    /// Whether nothing listens on any port any more.
    boolean everythingEnded() {
        return Deadline.in(PATIENCE).await(() -> ports.values().stream().allMatch(FreePorts::isFree));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
