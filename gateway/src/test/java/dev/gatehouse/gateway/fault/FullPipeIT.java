package dev.gatehouse.gateway.fault;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.gateway.pipeline.JarGateway;

import static org.assertj.core.api.Assertions.assertThat;

/// A gateway whose console leads into a pipe that nobody empties any more, as when a collector of logs stands still.
@Tag("slow")
class FullPipeIT {

    // A pipe takes some hundred lines and the queue of the access log 8,192.
    private static final int ENOUGH = 10_000;
    // The breaker of an upstream opens after twenty failures, and that is told by an event loop.
    private static final int FAILURES = 30;

    @TempDir
    private Path folder;

    @Test
    void servesThoughNobodyReadsWhatItPrints() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        CompletableFuture<InputStream> reader = CompletableFuture.supplyAsync(() -> open(pipe),
                task -> Thread.ofPlatform().daemon().start(task));
        try (Backend backend = Backend.start();
                JarGateway gateway = JarGateway.start(List.of("sh", "-c", "exec \"$@\" > " + pipe, "sh"),
                        routes(backend), Map.of());
                InputStream unread = reader.join();
                Client client = new Client(gateway::port)) {
            for (int i = 0; i < ENOUGH; i++) {
                assertThat(client.ask(SteadyLoad.get("/well"))).isEqualTo(SteadyLoad.OK);
            }
            String last = "";
            for (int i = 0; i < FAILURES; i++) {
                last = client.ask(SteadyLoad.get("/dead"));
            }
            assertThat(last).isEqualTo("503 upstream.open");
            assertThat(client.ask(SteadyLoad.get("/well"))).isEqualTo(SteadyLoad.OK);
            assertThat(unread.available()).as("as much as its pages take of writes").isGreaterThan(16_000);
        }
    }

    private static String routes(Backend backend) throws IOException {
        return """
                version: 1
                routes:
                  - { id: well, match: { path: /well }, upstream: "%s", access: public }
                  - { id: dead, match: { path: /dead }, upstream: "http://127.0.0.1:%d", access: public }
                """.formatted(backend.url(), closedPort());
    }

    private static InputStream open(Path pipe) {
        try {
            return new FileInputStream(pipe.toFile());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
