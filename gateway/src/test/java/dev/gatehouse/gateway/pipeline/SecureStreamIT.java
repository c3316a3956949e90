package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gatehouse.gateway.tls.TestCertificates;

import static org.assertj.core.api.Assertions.assertThat;

/// 300 MB up and as much down at the same time within TLS, each octet as it was said, through a gateway with 64 MiB for its heap and as much for its buffers.
@Tag("slow")
class SecureStreamIT {

    private static final long LENGTH = 300_000_000;
    private static final TestCertificates AUTHORITY = TestCertificates.create();

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory());
    private HttpServer backend;

    @BeforeEach
    void startTheBackend() throws IOException {
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.setExecutor(threads);
        backend.createContext("/", SecureStreamIT::serve);
        backend.start();
    }

    @AfterEach
    void stopTheBackend() {
        backend.stop(0);
        threads.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void passesWhatWasSaidInConstantMemory(HttpClient.Version version) throws Exception {
        try (JarGateway gateway = JarGateway.startWithin("64m", """
                version: 1
                routes:
                  - { id: big, match: { path: /big }, upstream: "http://127.0.0.1:%d", access: public, max-body: unlimited }
                """.formatted(backend.getAddress().getPort()),
                TestCertificates.settings(folder, AUTHORITY.server("CN=gateway")));
                HttpClient client = HttpClient.newBuilder().version(version).sslContext(AUTHORITY.trusting()).build()) {
            HttpRequest.Builder there = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + gateway.port() + "/big"));
            CompletableFuture<String> down = CompletableFuture.supplyAsync(() -> download(client, there.copy().build()), threads);

            HttpResponse<String> up = client.send(
                    there.copy().POST(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Said(1)), LENGTH))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(up.version()).isEqualTo(version);
            assertThat(up.body()).as("what the backend got").isEqualTo(digest(new Said(1)));
            assertThat(down.get(5, TimeUnit.MINUTES)).isEqualTo(digest(new Said(2)));
            assertThat(gateway.output()).doesNotContain("OutOfMemoryError", "OutOfDirectMemoryError", "LEAK");
        }
    }

    private static String download(HttpClient client, HttpRequest request) {
        try {
            return digest(client.send(request, BodyHandlers.ofInputStream()).body());
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestMethod().equals("POST")) {
                byte[] got = digest(exchange.getRequestBody()).getBytes(StandardCharsets.US_ASCII);
                exchange.sendResponseHeaders(200, got.length);
                exchange.getResponseBody().write(got);
            } else {
                exchange.sendResponseHeaders(200, LENGTH);
                try (InputStream said = new Said(2)) {
                    said.transferTo(exchange.getResponseBody());
                }
            }
        }
    }

    private static String digest(InputStream body) {
        try (body) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] part = new byte[65_536];
            for (int read = body.read(part); read >= 0; read = body.read(part)) {
                sha256.update(part, 0, read);
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Octets that look like chance, and are the same for the same seed however they are read.
    private static final class Said extends InputStream {

        private final SplittableRandom random;
        private final byte[] part = new byte[8_000];
        private long left = LENGTH;
        private int at = part.length;

        Said(long seed) {
            this.random = new SplittableRandom(seed);
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int most) {
            if (left == 0) {
                return -1;
            }
            if (at == part.length) {
                random.nextBytes(part);
                at = 0;
            }
            int length = Math.min(most, part.length - at);
            System.arraycopy(part, at, into, from, length);
            at += length;
            left -= length;
            return length;
        }
    }
}
