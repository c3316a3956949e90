package load;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/// The programs that a measurement has started. They end with it, also when it is interrupted. What they print is in a file for each. Thread-safe.
public final class Programs implements AutoCloseable {

    private static final Duration END = Duration.ofSeconds(10);

    private final Path folder;
    private final ConcurrentLinkedDeque<Process> running = new ConcurrentLinkedDeque<>();

    /// Makes the folder, for configurations and outputs.
    public Programs(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new Trouble("cannot write to " + folder + ": " + e.getMessage());
        }
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
    }

    /// Where a command is, looking where administrators' tools are, too.
    public static Optional<Path> find(String command) {
        String path = System.getenv("PATH") + File.pathSeparator + "/usr/local/sbin" + File.pathSeparator + "/usr/sbin";
        for (String folder : path.split(File.pathSeparator)) {
            Path candidate = Path.of(folder, command);
            if (Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /// The Java that runs this program.
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /// The gateway as the build leaves it.
    public static Path jar() {
        Path jar = Path.of("gateway", "target", "gateway.jar").toAbsolutePath();
        if (!Files.exists(Path.of("bench", "routes.yml"))) {
            throw new Trouble("run this from the project's root");
        }
        if (!Files.exists(jar)) {
            throw new Trouble("there is no gateway/target/gateway.jar; build it: ./mvnw -pl gateway -am package -DskipTests");
        }
        return jar;
    }

    /// A port of loopback that nobody has.
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new Trouble("no free port: " + e.getMessage());
        }
    }

    /// Where configurations and outputs are.
    public Path folder() {
        return folder;
    }

    /// Starts a program with these variables, and none of the gateway's own that this process may have.
    public Process start(String name, List<String> command, Map<String, String> variables) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("GATEHOUSE_") || variable.startsWith("REDIS_")
                || variable.startsWith("SPRING_") || variable.startsWith("OTEL_") || variable.startsWith("JAVA_TOOL"));
        builder.environment().putAll(variables);
        try {
            Process process = builder.start();
            running.push(process);
            return process;
        } catch (IOException e) {
            throw new Trouble(name + " does not start: " + e.getMessage());
        }
    }

    /// Runs a program to its end.
    public void finish(String name, List<String> command) {
        try {
            if (start(name, command, Map.of()).waitFor() != 0) {
                throw new Trouble(name + " failed; see " + folder.resolve(name + ".log"));
            }
        } catch (InterruptedException e) {
            throw new Trouble(name + " was interrupted");
        }
    }

    /// Ends one of them.
    public void end(Process process) {
        process.destroy();
        awaitEnd(process);
        running.remove(process);
    }

    @Override
    public void close() {
        List<Process> ending = new ArrayList<>(running);
        ending.forEach(Process::destroy);
        ending.forEach(Programs::awaitEnd);
    }

    private static void awaitEnd(Process process) {
        try {
            if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
