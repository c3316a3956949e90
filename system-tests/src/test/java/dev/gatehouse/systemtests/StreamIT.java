package dev.gatehouse.systemtests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.systemtests.harness.Gatehouse;
import dev.gatehouse.systemtests.harness.Gateway;

import static org.assertj.core.api.Assertions.assertThat;

/// A gigabyte up and a gigabyte down at the same time, through a gateway with 64 MiB for its heap and as much for its buffers.
@Tag("slow")
class StreamIT {

    private static final long GIGABYTE = 1L << 30;
    private static final byte[] PART = new byte[64 * 1024];

    private final ServerSocket backend = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

    StreamIT() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    @AfterEach
    void stopsTheBackend() throws IOException {
        backend.close();
    }

    @Test
    void passesAGigabyteBothWaysInConstantMemory(@TempDir Path folder) throws Exception {
        Path routes = Files.writeString(folder.resolve("routes.yml"), """
                version: 1
                routes:
                  - { id: big, match: { path: /big }, upstream: "http://127.0.0.1:%d", access: public, max-body: unlimited }
                """.formatted(backend.getLocalPort()));
        try (Gateway gateway = Gatehouse.shared().startGateway(
                Map.of("GATEHOUSE_ROUTES", routes.toString(), "JAVA_TOOL_OPTIONS", "-Xmx64m -XX:+ExitOnOutOfMemoryError"))) {
            CompletableFuture<Long> down = CompletableFuture.supplyAsync(() -> download(gateway.client().port()),
                    task -> Thread.ofPlatform().start(task));

            assertThat(upload(gateway.client().port())).as("what the backend says it got").isEqualTo(GIGABYTE);
            assertThat(down.get(5, TimeUnit.MINUTES)).isEqualTo(GIGABYTE);
            assertThat(gateway.program().alive()).isTrue();
            assertThat(gateway.program().output()).doesNotContain("OutOfMemoryError:", "LEAK");
        }
    }

    private static long download(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            say(socket.getOutputStream(), "GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 200");
            return read(socket.getInputStream(), Long.MAX_VALUE);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static long upload(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            say(socket.getOutputStream(),
                    "POST /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " + GIGABYTE + "\r\n\r\n");
            write(socket.getOutputStream());
            assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 200");
            return Long.parseLong(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        }
    }

    private void accept() {
        while (!backend.isClosed()) {
            try {
                Socket socket = backend.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void serve(Socket accepted) {
        try (Socket socket = accepted) {
            if (head(socket.getInputStream()).startsWith("POST")) {
                String got = Long.toString(read(socket.getInputStream(), GIGABYTE));
                say(socket.getOutputStream(), "HTTP/1.1 200 OK\r\nContent-Length: " + got.length() + "\r\n\r\n" + got);
            } else {
                say(socket.getOutputStream(), "HTTP/1.1 200 OK\r\nContent-Length: " + GIGABYTE + "\r\n\r\n");
                write(socket.getOutputStream());
            }
        } catch (IOException gone) {
            // What is missing is counted at the other end.
        }
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void write(OutputStream out) throws IOException {
        for (long left = GIGABYTE; left > 0; left -= PART.length) {
            out.write(PART);
        }
    }

    private static long read(InputStream in, long most) throws IOException {
        byte[] part = new byte[PART.length];
        long all = 0;
        while (all < most) {
            int read = in.read(part);
            if (read < 0) {
                return all;
            }
            all += read;
        }
        return all;
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return head.toString();
            }
            head.append((char) octet);
        }
        return head.toString();
    }
}
