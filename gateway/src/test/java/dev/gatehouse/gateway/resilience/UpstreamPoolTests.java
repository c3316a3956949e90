package dev.gatehouse.gateway.resilience;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import static org.assertj.core.api.Assertions.assertThat;

/// How long the pool keeps a connection that a backend would keep for ever.
class UpstreamPoolTests {

    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try (Socket socket = server.accept()) {
                closed.complete(serve(socket));
            } catch (IOException gone) {
                closed.complete(true);
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /// Answers every request; ends when the client closes.
    private static boolean serve(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        int matched = 0;
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            matched = octet == "\r\n\r\n".charAt(matched) ? matched + 1 : octet == '\r' ? 1 : 0;
            if (matched == 4) {
                matched = 0;
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
            }
        }
        return true;
    }

    @ParameterizedTest
    @CsvSource({"PT0.05S, PT1H", "PT1H, PT0.05S"})
    void closesAConnectionThatIsUnusedOrOld(Duration idle, Duration life) throws Exception {
        UpstreamLimits limits = new UpstreamLimits(Duration.ofSeconds(2), 1, 1, Duration.ofSeconds(2), idle, life,
                Duration.ofMillis(50), Duration.ofSeconds(30), 16 * 1024);
        ConnectionProvider pool = limits.pool();
        try {
            limits.bounded(HttpClient.create(pool)).get().uri("http://127.0.0.1:" + server.getLocalPort()).responseContent()
                    .aggregate().asString().block(Duration.ofSeconds(10));
            assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            pool.dispose();
        }
    }
}
