package load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A gateway that runs, and what the system says of its process. Thread-safe.
///
/// @param name in reports
/// @param port of loopback where it takes requests
/// @param management where it tells of itself; 0: nowhere
/// @param virtualMachine whether it needs time to compile itself
/// @param process its only one
public record Contender(String name, int port, int management, boolean virtualMachine, Process process) {

    private static final Duration START = Duration.ofMinutes(5);
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();

    /// Waits until it answers requests with 200; `log` has the reason when it does not.
    public Contender awaitAnswer(String path, Path log) {
        long deadline = System.nanoTime() + START.toNanos();
        while (status(path) != 200) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new Trouble(name + " does not answer on port " + port + "; see " + log);
            }
            pause();
        }
        return this;
    }

    /// User and system time that it has taken so far; the system counts in steps of 10 ms.
    public Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow(() -> new Trouble("this system does not tell what " + name + " takes of the processor"));
    }

    /// Memory that it has; 0 where the system has no `/proc`.
    public long residentMegabytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", "" + process.pid(), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
                }
            }
        } catch (IOException elsewhere) {
            return 0;
        }
        return 0;
    }

    /// A value of its metrics, summed over the lines that begin so; 0 without any.
    public double metric(String beginning) {
        double sum = 0;
        for (String line : get(management, "/actuator/prometheus").body().split("\n")) {
            if (line.startsWith(beginning)) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return sum;
    }

    /// Megabytes of the heap that are in use after everything unused was thrown away.
    public double heapMegabytes(Programs programs) {
        jcmd(programs, "GC.run");
        return metric("jvm_memory_used_bytes{area=\"heap\"") / (1 << 20);
    }

    private void jcmd(Programs programs, String command) {
        programs.finish("jcmd", List.of(Path.of(Programs.java()).resolveSibling("jcmd").toString(), "" + process.pid(), command));
    }

    private int status(String path) {
        try {
            return get(port, path).statusCode();
        } catch (Trouble notYet) {
            return -1;
        }
    }

    private static HttpResponse<String> get(int port, String path) {
        try {
            return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofMinutes(1)).build(),
                    BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new Trouble("no answer from port " + port + ": " + e.getMessage());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new Trouble("interrupted");
        }
    }
}
