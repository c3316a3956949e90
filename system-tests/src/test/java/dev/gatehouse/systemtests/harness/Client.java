package dev.gatehouse.systemtests.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Speaks HTTP/1.1 to one port of this machine. Safe to share between threads.
public final class Client {

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10)).build();

    private final int port;

    /// Speaks to this port.
    public Client(int port) {
        this.port = port;
    }

    /// Where it speaks to.
    public int port() {
        return port;
    }

    /// GET without a token.
    public Answer get(String path) {
        return now(send(request(path)));
    }

    /// GET with a token.
    public Answer get(String path, String token) {
        return now(getLater(path, token));
    }

    /// GET with a token; the answer comes later.
    public CompletableFuture<Answer> getLater(String path, String token) {
        return send(request(path).header("Authorization", "Bearer " + token));
    }

    /// POST of JSON.
    public Answer post(String path, Map<String, ?> body) {
        return now(postLater(path, body));
    }

    /// POST of JSON; the answer comes later.
    public CompletableFuture<Answer> postLater(String path, Map<String, ?> body) {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(Answer.json(body))));
    }

    /// POST of nothing with a token.
    public Answer post(String path, String token) {
        return now(send(request(path).header("Authorization", "Bearer " + token).POST(BodyPublishers.noBody())));
    }

    /// Any method with a token and JSON.
    public Answer call(String method, String path, String token, Map<String, ?> body) {
        return now(send(request(path).header("Authorization", "Bearer " + token).header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(Answer.json(body)))));
    }

    /// Any method with these header fields and this body.
    public Answer call(String method, String path, Map<String, String> headers, String body) {
        HttpRequest.Builder request = request(path).method(method, BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return now(send(request));
    }

    /// Whether GET answers 200 now.
    public boolean serves(String path) {
        try {
            return get(path).status() == 200;
        } catch (CompletionException notYet) {
            return false;
        }
    }

    /// Whether somebody accepts connections there.
    public boolean accepted() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    /// Says these bytes, Latin-1, and reads until the other side hangs up.
    public String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException reset) {
            throw new IOException("the connection to port " + port + " broke", reset);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(30));
    }

    private static CompletableFuture<Answer> send(HttpRequest.Builder request) {
        return HTTP.sendAsync(request.build(), BodyHandlers.ofString()).thenApply(Answer::of);
    }

    private static Answer now(CompletableFuture<Answer> answer) {
        return answer.join();
    }
}
