import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// So many gigabytes up and as many down at the same time, through a gateway with 64 MiB for its heap and as much for its buffers.
///
///     ./mvnw -pl gateway -am package -DskipTests
///     java bench/Stream.java [GIGABYTES, 10 without it]
///
/// Starts `gateway/target/gateway.jar` and a backend on free ports of loopback, and prints how much memory the gateway's process has every few seconds (Linux) and
/// how long it took. Constant memory is a column of numbers that does not grow.
final class Stream {

    private static final byte[] PART = new byte[64 * 1024];

    private final long octets;
    private final int port = freePort();
    private final ServerSocket backend = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

    private Stream(long octets) throws IOException {
        this.octets = octets;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    static void main(String[] arguments) throws Exception {
        new Stream((arguments.length > 0 ? Long.parseLong(arguments[0]) : 10) << 30).run();
    }

    private void run() throws Exception {
        Path folder = Files.createTempDirectory("stream");
        Path routes = Files.writeString(folder.resolve("routes.yml"), """
                version: 1
                routes:
                  - { id: big, match: { path: /big }, upstream: "http://127.0.0.1:%d", access: public, max-body: unlimited }
                """.formatted(backend.getLocalPort()));
        ProcessBuilder command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError", "-jar", Path.of("gateway/target/gateway.jar").toAbsolutePath().toString());
        command.environment().putAll(Map.of("GATEHOUSE_ROUTES", routes.toString(), "GATEHOUSE_PORT", "" + port, "GATEHOUSE_ADDRESS", "127.0.0.1",
                "GATEHOUSE_MANAGEMENT_PORT", "" + freePort()));
        Process gateway = command.redirectErrorStream(true).redirectOutput(folder.resolve("gateway.log").toFile()).start();
        try {
            awaitReady(gateway);
            System.out.printf("before: %s%n", memory(gateway));
            long begun = System.nanoTime();
            CompletableFuture<Long> down = CompletableFuture.supplyAsync(this::download, task -> Thread.ofPlatform().daemon().start(task));
            CompletableFuture<Long> up = CompletableFuture.supplyAsync(this::upload, task -> Thread.ofPlatform().daemon().start(task));
            CompletableFuture<Void> both = CompletableFuture.allOf(down, up);
            while (!ends(both, Duration.ofSeconds(5))) {
                System.out.printf("after %4d s: %s%n", Duration.ofNanos(System.nanoTime() - begun).toSeconds(), memory(gateway));
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            System.out.printf("%d octets down, %d octets up, in %.0f s (%.0f MB/s each way); %s%n", down.join(), up.join(), seconds,
                    octets / seconds / 1e6, gateway.isAlive() ? memory(gateway) : "the gateway has ended");
        } finally {
            gateway.destroy();
        }
    }

    private static boolean ends(CompletableFuture<Void> both, Duration time) throws Exception {
        try {
            both.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    private void awaitReady(Process gateway) throws Exception {
        for (int tries = 0; tries < 1_800 && gateway.isAlive(); tries++) {
            try (Socket socket = ask("GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) {
                if (head(socket.getInputStream()).startsWith("HTTP/1.1 200")) {
                    return;
                }
            } catch (IOException notYet) {
                // It is starting.
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("The gateway is not up.");
    }

    private static String memory(Process gateway) throws IOException {
        Path status = Path.of("/proc", Long.toString(gateway.pid()), "status");
        return Files.exists(status)
                ? String.join(", ", Files.readAllLines(status).stream().filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
                        .map(line -> line.replaceAll("\\s+", " ")).toList())
                : "memory unknown";
    }

    private Socket ask(String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        say(socket.getOutputStream(), text);
        return socket;
    }

    private long download() {
        try (Socket socket = ask("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) {
            head(socket.getInputStream());
            return read(socket.getInputStream(), Long.MAX_VALUE);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private long upload() {
        try (Socket socket = ask("POST /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " + octets + "\r\n\r\n")) {
            write(socket.getOutputStream());
            head(socket.getInputStream());
            return Long.parseLong(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = backend.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket accepted) {
        try (Socket socket = accepted) {
            if (head(socket.getInputStream()).startsWith("POST")) {
                String got = Long.toString(read(socket.getInputStream(), octets));
                say(socket.getOutputStream(), "HTTP/1.1 200 OK\r\nContent-Length: " + got.length() + "\r\n\r\n" + got);
            } else {
                say(socket.getOutputStream(), "HTTP/1.1 200 OK\r\nContent-Length: " + octets + "\r\n\r\n");
                write(socket.getOutputStream());
            }
        } catch (IOException gone) {
            // What is missing is counted at the other end.
        }
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void write(OutputStream out) throws IOException {
        for (long left = octets; left > 0; left -= PART.length) {
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

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
