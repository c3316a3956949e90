package dev.gatehouse.gateway.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.pipeline.JarGateway;

import static org.assertj.core.api.Assertions.assertThat;

/// What a gateway's process holds, as the operating system and its own metrics tell.
final class Vitals {

    // The host's threads for names, files and timers come and go.
    private static final int THREADS_MORE = 6;
    // One to the key server, and the one that asks for the metrics.
    private static final int OTHERS_MORE = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STEP = Duration.ofMillis(200);

    private final JarGateway gateway;
    private final int pooled;
    private final int others;
    private final int threads;

    private Vitals(JarGateway gateway) {
        this.gateway = gateway;
        this.pooled = pooled();
        this.others = others();
        this.threads = threads(gateway);
    }

    /// Of a gateway that has served all that it will, so that its pools have what they keep.
    static Vitals of(JarGateway gateway) {
        return new Vitals(gateway);
    }

    static int descriptors(JarGateway gateway) {
        return count(gateway, "");
    }

    /// How many sockets it has open.
    static int sockets(JarGateway gateway) {
        return count(gateway, "socket:");
    }

    private static int count(JarGateway gateway, String kind) {
        int found = 0;
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(gateway.pid()), "fd"))) {
            for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
                found += target(descriptor).startsWith(kind) ? 1 : 0;
            }
            return found;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException closed) {
            return "closed";
        }
    }

    static int threads(JarGateway gateway) {
        return (int) metric(gateway, "jvm_threads_live_threads");
    }

    static double metric(JarGateway gateway, String name) {
        return gateway.management("/actuator/prometheus").lines().filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    /// Nothing is left of what was: no connection beyond those that pools keep, no place in a pool, no thread.
    ///
    /// @param kept connections that pools may keep beyond what they had
    void assertRestored(int kept) {
        Deadline.in(PATIENCE).await(() -> busy() == 0 && pooled() <= pooled + kept && others() <= others + OTHERS_MORE
                && threads(gateway) <= threads + THREADS_MORE, STEP);
        assertThat(busy()).as("places in pools and queues").isZero();
        assertThat(pooled()).as("connections to upstreams").isLessThanOrEqualTo(pooled + kept);
        assertThat(others()).as("other sockets").isLessThanOrEqualTo(others + OTHERS_MORE);
        assertThat(threads(gateway)).as("threads").isLessThanOrEqualTo(threads + THREADS_MORE);
    }

    private int busy() {
        return (int) (metric(gateway, "gatehouse_upstream_connections{state=\"active\"}")
                + metric(gateway, "gatehouse_upstream_queue"));
    }

    private int pooled() {
        return (int) metric(gateway, "gatehouse_upstream_connections");
    }

    private int others() {
        return sockets(gateway) - pooled();
    }

    /// Of all buffers that were lost so far none was (Netty's paranoid level tells those that are collected without having been released).
    static void assertNoBufferLost(JarGateway gateway) throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            collect(gateway);
            gateway.management("/actuator/health"); // the detector looks at its queue when the next buffer is taken
        }
        assertThat(gateway.output()).doesNotContain("LEAK:");
    }

    private static void collect(JarGateway gateway) throws IOException, InterruptedException {
        Process command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(gateway.pid()), "GC.run").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(command.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(command.exitValue()).isZero();
    }
}
