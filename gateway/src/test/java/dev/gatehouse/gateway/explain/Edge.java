package dev.gatehouse.gateway.explain;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.gateway.explain.RandomRequests.Sample;
import dev.gatehouse.gateway.pipeline.TestGateway;

/// A gateway that is asked what it would do with a request, and then given it.
record Edge(TestGateway gateway, Optional<SSLContext> tls) implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    JsonNode explain(Sample sample, InetAddress peer) throws IOException, InterruptedException {
        String body = JsonMapper.shared().writeValueAsString(Map.of("method", sample.method(), "path", sample.target(), "headers",
                sample.fields(), "peer", peer.getHostAddress()));
        HttpRequest request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + "/operator/explain"))
                .timeout(Duration.ofSeconds(20)).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body))
                .build();
        return JsonMapper.shared().readTree(CLIENT.send(request, BodyHandlers.ofString()).body());
    }

    String exchange(Sample sample, InetAddress from) throws IOException {
        return exchange(sample.bytes(), from);
    }

    String exchange(String request, InetAddress from) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = connect(from)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            socket.getInputStream().transferTo(answer);
        } catch (IOException reset) {
            // The gateway closed before it had read the body: what it said before counts.
            if (answer.size() == 0) {
                throw reset;
            }
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    private Socket connect(InetAddress from) throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port(), from, 0);
        return tls.isEmpty() ? socket : tls.get().getSocketFactory().createSocket(socket, "localhost", gateway.port(), true);
    }

    @Override
    public void close() {
        gateway.close();
    }
}
