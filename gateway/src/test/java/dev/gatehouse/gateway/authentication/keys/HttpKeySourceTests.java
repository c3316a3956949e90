package dev.gatehouse.gateway.authentication.keys;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// What is made of one answer, written byte by byte.
class HttpKeySourceTests {

    private static final Duration LONG = Duration.ofSeconds(5);

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        server.setSoTimeout((int) LONG.toMillis());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        client.close();
    }

    @Test
    void takesA200AndHowLongItIsFresh() throws IOException {
        CompletableFuture<KeySource.Answer> answer = fetch(LONG);
        respond("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(answer).succeedsWithin(LONG).isEqualTo(new KeySource.Answer("{}", Duration.ofSeconds(60)));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 302, 404, 503})
    void takesNothingElse(int status) throws IOException {
        CompletableFuture<KeySource.Answer> answer = fetch(LONG);
        respond("HTTP/1.1 " + status + " x\r\nLocation: /\r\nContent-Length: 2\r\n\r\n{}");
        assertFails(answer, "status " + status);
    }

    @Test
    void hangsUpOnAnAnswerThatDrips() throws IOException {
        CompletableFuture<KeySource.Answer> answer = fetch(Duration.ofMillis(300));
        try (Socket socket = accept()) {
            write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
            assertThat(hungUp(socket)).isTrue();
        }
        assertFails(answer, "no answer in time");
    }

    private CompletableFuture<KeySource.Answer> fetch(Duration deadline) {
        return new HttpKeySource(client, URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"), deadline).fetch();
    }

    private void respond(String response) throws IOException {
        try (Socket socket = accept()) {
            write(socket, response);
        }
    }

    /// The next connection, after its request.
    private Socket accept() throws IOException {
        Socket socket = server.accept();
        socket.setSoTimeout((int) LONG.toMillis());
        BufferedReader request = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        assertThat(request.readLine()).isEqualTo("GET / HTTP/1.1");
        assertThat(request.lines().takeWhile(line -> !line.isEmpty())).contains("User-Agent: gatehouse",
                "Accept: application/jwk-set+json, application/json");
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean hungUp(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (SocketException _) { // a reset
            return true;
        }
    }

    private static void assertFails(CompletableFuture<KeySource.Answer> answer, String why) {
        assertThat(answer).failsWithin(LONG).withThrowableOfType(ExecutionException.class)
                .satisfies(failure -> assertThat(KeySource.Failure.reason(failure.getCause())).isEqualTo(why));
    }
}
