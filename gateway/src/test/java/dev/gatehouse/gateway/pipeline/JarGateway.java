package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.process.Command;
import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.devservices.process.GuardedProcess;

/// The gateway as it ships, `target/gateway.jar`, in a process of its own: what attackers meet. Close it at the end.
public final class JarGateway implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> JAVA = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar",
            Path.of("target", "gateway.jar").toAbsolutePath().toString());

    private final GuardedProcess process;
    private final int port;
    private final int managementPort;

    private JarGateway(GuardedProcess process, int port, int managementPort) {
        this.process = process;
        this.port = port;
        this.managementPort = managementPort;
    }

    /// Starts it and waits until it takes connections.
    public static JarGateway start(String routes, Map<String, String> environment) {
        int port = FreePorts.next();
        int managementPort = FreePorts.next();
        Path folder = write(routes);
        Map<String, String> settings = new HashMap<>(Map.of("GATEHOUSE_PORT", "" + port, "GATEHOUSE_MANAGEMENT_PORT",
                "" + managementPort, "GATEHOUSE_ADDRESS", "127.0.0.1", "GATEHOUSE_ROUTES",
                folder.resolve("routes.yml").toString()));
        settings.putAll(environment);
        GuardedProcess process = GuardedProcess
                .start(Command.of(JAVA, folder, folder.resolve("gateway.log")).with(settings));
        Deadline.in(PATIENCE).await(() -> !process.alive() || listens(port));
        if (!listens(port)) {
            throw new IllegalStateException("The gateway is not up:\n" + String.join("\n", process.lastLines(40)));
        }
        return new JarGateway(process, port, managementPort);
    }

    private static Path write(String routes) {
        try {
            Path folder = Files.createTempDirectory("gateway").toRealPath();
            Files.writeString(folder.resolve("routes.yml"), routes);
            return folder;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public int managementPort() {
        return managementPort;
    }

    /// All that it has printed: its own log and the access log.
    public String output() throws IOException {
        return Files.readString(process.log());
    }

    @Override
    public void close() {
        process.kill();
    }
}
