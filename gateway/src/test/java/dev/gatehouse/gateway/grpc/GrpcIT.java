package dev.gatehouse.gateway.grpc;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import dev.gatehouse.gateway.framing.http2.FrameClient;
import dev.gatehouse.gateway.framing.http2.FrameClient.Answer;
import dev.gatehouse.gateway.pipeline.TestGateway;
import dev.gatehouse.gateway.tls.TestCertificates;

import static dev.gatehouse.gateway.framing.http2.FrameClient.DATA;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Calls of gRPC through the gateway, frame by frame, to backends that speak HTTP/2 with and without TLS.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcIT {

    private static final TestCertificates AUTHORITY = TestCertificates.create();

    @TempDir
    private static Path folder;

    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Map<String, HttpHeaders> received = new ConcurrentHashMap<>(); // the last of each path
    private DisposableServer clear;
    private DisposableServer secure;
    private DisposableServer misnamed;
    private TestGateway gateway;

    @BeforeAll
    void start() throws Exception {
        clear = HttpServer.create().host("127.0.0.1").port(0).protocol(HttpProtocol.H2C).handle(this::answer).bindNow();
        secure = secure(AUTHORITY.server("CN=backend"));
        misnamed = secure(AUTHORITY.serverNamed("elsewhere.example"));
        X509Bundle own = AUTHORITY.client("CN=gateway");
        Files.writeString(folder.resolve("ca.pem"), AUTHORITY.pem());
        Files.writeString(folder.resolve("own.pem"), own.getCertificatePathPEM());
        Files.writeString(folder.resolve("own.key"), own.getPrivateKeyPEM());
        gateway = TestGateway.start(
                """
                        version: 1
                        upstreams:
                          clear: { protocol: h2c, instances: [ { url: "http://127.0.0.1:%d" } ] }
                          hurried: { protocol: h2c, instances: [ { url: "http://127.0.0.1:%d" } ] }
                          away: { protocol: h2c, instances: [ { url: "http://127.0.0.1:1" } ] }
                          secure: { protocol: h2, tls: { ca: %s, certificate: %s, key: %s }, instances: [ { url: "https://localhost:%d" } ] }
                          stranger: { protocol: h2, tls: { ca: %s }, instances: [ { url: "https://localhost:%d" } ] }
                          unvouched: { protocol: h2, instances: [ { url: "https://localhost:%d" } ] }
                          misnamed: { protocol: h2, tls: { ca: %s, certificate: %s, key: %s }, instances: [ { url: "https://localhost:%d" } ] }
                          watched: { protocol: h2, tls: { ca: %s, certificate: %s, key: %s }, health: { path: /watched, every: 100ms }, instances: [ { url: "https://localhost:%d" } ] }
                          watched-clear: { protocol: h2c, health: { path: /watched-clear, every: 100ms }, instances: [ { url: "http://127.0.0.1:%d" } ] }
                        routes:
                          - { id: watched, match: { path: /w/** }, upstream: watched, access: public, mirror: { url: "https://localhost:%d/shadow" } }
                          - { id: watched-clear, match: { path: /c/** }, upstream: watched-clear, access: public, mirror: { url: "http://127.0.0.1:%d/shadow" } }
                          - { id: clear, match: { path: /clear/** }, upstream: clear, access: public }
                          - { id: hurried, match: { path: /hurried/** }, upstream: hurried, access: public }
                          - { id: away, match: { path: /away/** }, upstream: away, access: public }
                          - { id: secure, match: { path: /secure/** }, upstream: secure, access: public }
                          - { id: stranger, match: { path: /stranger/** }, upstream: stranger, access: public }
                          - { id: unvouched, match: { path: /unvouched/** }, upstream: unvouched, access: public }
                          - { id: misnamed, match: { path: /misnamed/** }, upstream: misnamed, access: public }
                          - { id: few, match: { path: /few/** }, upstream: clear, access: public, limits: [ { name: one, per: ip, requests: 1, every: 1h } ] }
                          - { id: closed, match: { path: /closed/** }, upstream: clear, access: signed-in }
                        issuers: { none: { issuer: "https://none.example", jwks: "file:%s", audiences: [a] } }
                        """
                        .formatted(clear.port(), clear.port(), folder.resolve("ca.pem"), folder.resolve("own.pem"),
                                folder.resolve("own.key"),
                                secure.port(), folder.resolve("ca.pem"), secure.port(), secure.port(), folder.resolve("ca.pem"),
                                folder.resolve("own.pem"), folder.resolve("own.key"), misnamed.port(),
                                folder.resolve("ca.pem"), folder.resolve("own.pem"), folder.resolve("own.key"), secure.port(),
                                clear.port(), secure.port(), clear.port(),
                                Files.writeString(folder.resolve("keys.json"), "{\"keys\":[]}")),
                Map.of("GATEHOUSE_H2C", "on", "GATEHOUSE_BODY_TIMEOUT", "300ms"));
    }

    private DisposableServer secure(X509Bundle certificate) throws Exception {
        SslContext context = Http2SslContextSpec
                .forServer(certificate.getKeyPair().getPrivate(), null, certificate.getCertificatePath())
                .configure((SslContextBuilder builder) -> builder.clientAuth(ClientAuth.REQUIRE)
                        .trustManager(InsecureTrustManagerFactory.INSTANCE))
                .sslContext();
        return HttpServer.create().host("127.0.0.1").port(0).protocol(HttpProtocol.H2).secure(ssl -> ssl.sslContext(context))
                .handle(this::answer).bindNow();
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        asked.add(request.uri() + ' ' + request.version());
        if (request.uri().startsWith("/watched") || request.uri().startsWith("/shadow")) {
            return response.send();
        }
        received.put(request.uri(), request.requestHeaders().copy());
        response.header("content-type", "application/grpc");
        return switch (request.uri().substring(request.uri().lastIndexOf('/'))) {
            case "/fail" -> response.header("grpc-status", "5").header("grpc-message", "no such thing").send();
            case "/never" -> Mono.never();
            default -> response.trailerHeaders(trailers -> trailers.set("grpc-status", "0").set("x-result", "fine")
                    .set("x-user-id", "root")).send(request.receive().retain(), _ -> true);
        };
    }

    @AfterAll
    void stop() {
        gateway.close();
        clear.disposeNow();
        secure.disposeNow();
        misnamed.disposeNow();
    }

    private FrameClient greet() throws Exception {
        return FrameClient.greet(gateway.port());
    }

    private static void call(FrameClient client, int stream, String path, String... more) throws Exception {
        String[] line = {":method", "POST", ":scheme", "http", ":path", path, ":authority", "localhost", "content-type",
                "application/grpc", "te", "trailers"};
        String[] all = Arrays.copyOf(line, line.length + more.length);
        System.arraycopy(more, 0, all, line.length, more.length);
        client.request(stream, false, all);
    }

    private Answer call(String path, String... more) throws Exception {
        try (FrameClient client = greet()) {
            call(client, 1, path, more);
            client.frame(DATA, END_STREAM, 1, "message".getBytes(StandardCharsets.US_ASCII));
            return client.answer(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"/clear/echo", "/secure/echo"})
    void passesMessagesAndTrailers(String path) throws Exception {
        Answer answer = call(path, "grpc-timeout", "20S", "x-user-id", "root");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("message");
        assertThat(answer.fields()).contains("content-type: application/grpc", "grpc-status: 0", "x-result: fine")
                .doesNotContain("x-user-id", "x-http2-");
        assertThat(received.get(path).get("te")).isEqualTo("trailers");
        assertThat(received.get(path).get("grpc-timeout")).isEqualTo("20S");
        assertThat(received.get(path).contains("x-user-id")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"/watched", "/watched-clear"})
    void asksWhetherInstancesAreWellInTheirOwnWay(String path) {
        await().atMost(Duration.ofSeconds(30)).until(() -> asked.contains(path + " HTTP/2.0"));
    }

    @ParameterizedTest
    @CsvSource({"/w/echo", "/c/echo"})
    void copiesRequestsInTheWayOfTheUpstream(String path) throws Exception {
        try (FrameClient client = greet()) {
            client.request(1, true, ":method", "GET", ":scheme", "http", ":path", path, ":authority", "localhost");
            assertThat(client.answer(1).status()).isEqualTo(200);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> asked.contains("/shadow" + path + " HTTP/2.0"));
    }

    /// As often as connections take turns with all event loops: the upstream's stream has ended by the time the call's own looks for a body.
    @RepeatedTest(20)
    void passesAFailureAsOne() throws Exception {
        Answer answer = call("/clear/fail");

        assertThat(answer.fields()).contains("grpc-status: 5", "grpc-message: no such thing");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void passesMessageByMessageHoweverSlowlyTheyCome() throws Exception {
        try (FrameClient client = greet()) {
            call(client, 1, "/clear/echo");
            for (int i = 0; i < 3; i++) {
                client.frame(DATA, 0, 1, ("message " + i).getBytes(StandardCharsets.US_ASCII));
                FrameClient.Frame frame = client.next();
                while (frame.type() != DATA && frame.type() != -1) {
                    frame = client.next();
                }
                assertThat(new String(frame.payload(), StandardCharsets.US_ASCII)).isEqualTo("message " + i);
                Thread.sleep(Duration.ofMillis(700)); // longer than a body may be silent; silence is what is tested
            }
            client.frame(DATA, END_STREAM, 1);
            assertThat(client.answer(1).fields()).contains("grpc-status: 0");
        }
    }

    @ParameterizedTest
    @CsvSource({"/closed/echo, 16, auth.missing", "/nowhere, 12, route.none", "/away/echo, 14, upstream.unreachable",
            "/stranger/echo, 14, upstream", "/unvouched/echo, 14, upstream", "/misnamed/echo, 14, upstream"})
    void saysNoInTheFormOfGrpc(String path, int status, String code) throws Exception {
        Answer answer = call(path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.fields()).contains("content-type: application/grpc", "grpc-status: " + status, "grpc-message: " + code,
                "x-request-id: ");
    }

    /// Whatever a GET says of its body, which it does not have, caches must not take the refusal for the page.
    @Test
    void takesNoGetForACall() throws Exception {
        try (FrameClient client = greet()) {
            client.request(1, true, ":method", "GET", ":scheme", "http", ":path", "/nowhere/app.js", ":authority", "localhost",
                    "content-type", "application/grpc", "grpc-timeout", "1n");
            assertThat(client.answer(1).status()).isEqualTo(404);
        }
        assertThat(call("/nowhere").fields()).contains("cache-control: no-store");
    }

    @Test
    void saysSoWhenALimitIsUsedUp() throws Exception {
        call("/few/echo");
        Answer answer = call("/few/echo");

        assertThat(answer.fields()).contains("grpc-status: 8", "retry-after: ");
    }

    @Test
    void endsACallWhenItsCallersTimeIsOver() throws Exception {
        Answer answer = call("/clear/never", "grpc-timeout", "300m");

        assertThat(answer.fields()).contains("grpc-status: 4", "grpc-message: upstream.timeout");
    }

    /// Sixty are three times what a breaker needs to open.
    @Test
    void holdsNoCallersHurryAgainstTheUpstream() throws Exception {
        try (FrameClient client = greet()) {
            for (int stream = 1; stream < 120; stream += 2) {
                call(client, stream, "/hurried/never", "grpc-timeout", "1m");
            }
            assertThat(client.answer(119).fields()).contains("grpc-status: 4");
        }

        assertThat(call("/hurried/echo").fields()).contains("grpc-status: 0");
    }

    @Test
    void endsACallInTheMiddleOfItsAnswerToo() throws Exception {
        try (FrameClient client = greet()) {
            call(client, 1, "/clear/echo", "grpc-timeout", "500m");
            client.frame(DATA, 0, 1, "message".getBytes(StandardCharsets.US_ASCII));

            Answer answer = client.answer(1);

            assertThat(answer.body()).isEqualTo("message");
            assertThat(answer.error()).as("RST_STREAM").isNotZero();
        }
    }
}
