package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import dev.gatehouse.gateway.framing.http2.FrameClient;

import static dev.gatehouse.gateway.framing.http2.FrameClient.DATA;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_HEADERS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_STREAM;
import static dev.gatehouse.gateway.framing.http2.FrameClient.HEADERS;
import static org.assertj.core.api.Assertions.assertThat;

/// Fields behind bodies pass in both directions and in both versions of HTTP, if they were asked for and say nothing that belongs ahead of a body.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrailersIT {

    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String SUM = String.join("\r\n", "Transfer-Encoding: chunked", "", "2", "ok", "0", "X-Sum: 42",
            "X-User-Id: evil-7", "Set-Cookie: evil=7", "Content-Type: evil/7", "X-Hop: evil-7", "", "");

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    @RegisterExtension
    private final RecordingUpstream summing = RecordingUpstream.start();
    private DisposableServer two;
    private TestGateway gateway;
    private volatile CompletableFuture<HttpHeaders> behind = new CompletableFuture<>();

    @BeforeAll
    void start() {
        summing.answerWith(OK + "Connection: X-Hop\r\nTrailer: X-Sum\r\n" + SUM);
        two = HttpServer.create().host("127.0.0.1").port(0).protocol(HttpProtocol.H2C).handle(this::answer).bindNow();
        gateway = TestGateway.start("""
                version: 1
                upstreams:
                  two: { protocol: h2c, instances: [ { url: "http://127.0.0.1:%3$d" } ] }
                routes:
                  - { id: all, match: { path: /** }, upstream: "%1$s", access: public }
                  - { id: summing, match: { path: /sum }, upstream: "%2$s", access: public }
                  - { id: zipped, match: { path: /zipped }, upstream: "%2$s", access: public, compression: always }
                  - { id: two, match: { path: /two }, upstream: two, access: public }
                """.formatted(upstream.url(), summing.url(), two.port()), Map.of("GATEHOUSE_H2C", "on"));
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        response.withConnection(connection -> connection.addHandlerLast("behind", new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof LastHttpContent last) {
                    behind.complete(last.trailingHeaders().copy());
                }
                context.fireChannelRead(message);
            }
        }));
        return response.trailerHeaders(trailers -> trailers.set("x-sum", "42").set("x-user-id", "evil-7"))
                .send(request.receive().retain(), _ -> true);
    }

    @AfterAll
    void stop() {
        gateway.close();
        two.disposeNow();
    }

    private static String post(String path, String fields, String trailers) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields
                + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n" + trailers + "\r\n";
    }

    private RecordingUpstream.Received received(String path) throws InterruptedException {
        return upstream.next(one -> one.target().equals(path));
    }

    @Test
    void ofARequestPassToItsBackend() throws Exception {
        RawClient.exchange(gateway.port(), post("/passes", "Connection: close\r\nTrailer: X-Sum, Content-Digest\r\n",
                "x-sum: 42\r\nContent-Digest: sha-256=:AA==:\r\n"));

        RecordingUpstream.Received received = received("/passes");
        assertThat(received.all("Trailer")).containsExactly("X-Sum, Content-Digest");
        assertThat(received.body()).endsWith("0\r\nx-sum: 42\r\nContent-Digest: sha-256=:AA==:\r\n\r\n");
    }

    /// Nothing can stand behind a body that is not there (RFC 9110 §6.6.2: what the sender anticipates), and nothing behind one of a known length.
    @ParameterizedTest
    @ValueSource(strings = {"GET /none", "POST /empty", "POST /sized"})
    void ofARequestWithoutAPlaceForThemAreNotAnnounced(String line) throws Exception {
        String body = line.equals("POST /sized") ? "Content-Length: 2\r\n\r\nok" : "\r\n";
        RawClient.exchange(gateway.port(),
                line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTrailer: X-Sum\r\n" + body);

        assertThat(received(line.substring(line.indexOf(' ') + 1)).all("Trailer")).isEmpty();
    }

    @Test
    void ofHttp2WithoutABodyAreNotAnnounced() throws Exception {
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            client.request(1, true, ":method", "GET", ":scheme", "http", ":path", "/none-from-two", ":authority", "localhost",
                    "trailer", "x-sum");

            assertThat(client.answer(1).status()).isEqualTo(200);
        }
        assertThat(received("/none-from-two").all("Trailer")).isEmpty();
    }

    @Test
    void ofARequestThatHasNotAnnouncedThemEndAtTheGateway() throws Exception {
        RawClient.exchange(gateway.port(), post("/unannounced", "Connection: close\r\nTrailer: X-Other\r\n", "X-Sum: 42\r\n"));

        assertThat(received("/unannounced").body()).endsWith("0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-User-Id", "X_User_Roles", "X-Gatehouse-Assertion", "X-Session-Id", "Authorization", "Cookie",
            "Host",
            "Content-Length", "Content_Length", "Transfer-Encoding", "Transfer_Encoding", "Content-Type", "Content-Encoding",
            "Connection",
            "TE", "Trailer", "Expect", "X-Forwarded-For", "Forwarded", "X-Real-IP", "X-HTTP-Method-Override", "X-Original-URL",
            "X-Request-Id", "traceparent", "X-Said"})
    void tellNoBackendWhatAHeaderSectionCouldNot(String name) throws Exception {
        String path = "/attack/" + name;
        RawClient.exchange(gateway.port(), post(path, "Connection: close\r\nX-Said: once\r\nTrailer: " + name + "\r\n",
                name + ": evil-7\r\n"));

        RecordingUpstream.Received received = received(path);
        assertThat(received.head() + received.body()).doesNotContain("evil-7");
        assertThat(received.all("Trailer")).isEmpty();
    }

    /// What `Connection` names is for the hop to the gateway only, wherever it stands (RFC 9110 §7.6.1).
    @ParameterizedTest
    @ValueSource(strings = {"", "X-Hop: 1\r\n"})
    void ofARequestThatItsConnectionNamesEndAtTheGateway(String said) throws Exception {
        String path = "/hop/" + said.length();
        RawClient.exchange(gateway.port(), post(path, said + "Connection: close, x-hop\r\nTrailer: X-Hop, X-Sum\r\n",
                "X-Hop: evil-7\r\nX-Sum: 42\r\n"));

        RecordingUpstream.Received received = received(path);
        assertThat(received.all("Trailer")).containsExactly("X-Sum");
        assertThat(received.body()).endsWith("0\r\nX-Sum: 42\r\n\r\n");
    }

    @Test
    void areThoseOfTheirOwnRequest() throws Exception {
        String announced = "Trailer: X-Sum\r\n";
        RawClient.exchange(gateway.port(), post("/first", announced, "") + post("/second", "", "X-Sum: 2\r\n")
                + post("/third", announced, "X-Sum: 3\r\n") + post("/fourth", announced + "Connection: close\r\n", ""));

        assertThat(received("/first").body()).endsWith("0\r\n\r\n");
        assertThat(received("/second").body()).endsWith("0\r\n\r\n");
        assertThat(received("/third").body()).endsWith("0\r\nX-Sum: 3\r\n\r\n");
        assertThat(received("/fourth").body()).endsWith("0\r\n\r\n");
    }

    @Test
    void ofHttp2PassToABackendOfHttp11() throws Exception {
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            post(client, "/from-two");
            client.frame(HEADERS, END_HEADERS | END_STREAM, 1, client.section("x-sum", "42", "x-user-id", "evil-7"));

            assertThat(client.answer(1).status()).isEqualTo(200);
        }
        assertThat(received("/from-two").body()).endsWith("0\r\nx-sum: 42\r\n\r\n");
    }

    private static void post(FrameClient client, String path) throws Exception {
        client.request(1, false, ":method", "POST", ":scheme", "http", ":path", path, ":authority", "localhost", "te", "trailers",
                "trailer", "x-sum, x-user-id");
        client.frame(DATA, 0, 1, "hello".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void passInBothDirectionsOverHttp2Alone() throws Exception {
        behind = new CompletableFuture<>();
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            post(client, "/two");
            client.frame(HEADERS, END_HEADERS | END_STREAM, 1, client.section("x-sum", "41", "x-user-id", "evil-7"));

            FrameClient.Answer answer = client.answer(1);

            assertThat(answer.body()).isEqualTo("hello");
            assertThat(answer.fields()).endsWith("x-sum: 42\n").doesNotContain("evil-7");
        }
        HttpHeaders told = behind.get(30, TimeUnit.SECONDS);
        assertThat(told.get("x-sum")).isEqualTo("41");
        assertThat(told.contains("x-user-id")).isFalse();
    }

    private String get(String path, String version, String fields) throws IOException {
        return RawClient.exchange(gateway.port(),
                "GET " + path + " HTTP/" + version + "\r\nHost: localhost\r\nConnection: close\r\n"
                        + fields + "\r\n");
    }

    @Test
    void ofAnAnswerPassToAClientThatTakesThem() throws Exception {
        String answer = get("/sum", "1.1", "TE: trailers\r\n");

        assertThat(answer).startsWith(OK).contains("2\r\nok\r\n").endsWith("0\r\nX-Sum: 42\r\n\r\n").doesNotContain("evil");
    }

    @Test
    void ofAnAnswerInHttp2PassToAClientOfHttp11() throws Exception {
        String answer = RawClient.exchange(gateway.port(),
                "POST /two HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTE: trailers\r\n"
                        + "Content-Length: 5\r\n\r\nhello");

        assertThat(answer).startsWith(OK).contains("hello").endsWith("0\r\nx-sum: 42\r\n\r\n").doesNotContain("evil");
    }

    @Test
    void ofAnAnswerPassToAClientOfHttp2() throws Exception {
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            client.request(1, true, ":method", "GET", ":scheme", "http", ":path", "/sum", ":authority", "localhost", "te",
                    "trailers");

            FrameClient.Answer answer = client.answer(1);

            assertThat(answer.body()).isEqualTo("ok");
            assertThat(answer.fields()).endsWith("x-sum: 42\n").doesNotContain("evil");
        }
    }

    static Stream<String[]> clientsWithoutATaste() {
        return Stream.of(new String[]{"1.1", ""}, new String[]{"1.1", "TE: gzip\r\n"}, new String[]{"1.0", "TE: trailers\r\n"});
    }

    @ParameterizedTest
    @MethodSource("clientsWithoutATaste")
    void ofAnAnswerReachNobodyElse(String version, String fields) throws Exception {
        assertThat(get("/sum", version, fields)).contains("ok").doesNotContain("X-Sum", "evil");
    }

    @Test
    void ofAnAnswerToHeadAreNotSaid() throws Exception {
        assertThat(RawClient.exchange(gateway.port(),
                "HEAD /two HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTE: trailers\r\n\r\n"))
                .startsWith(OK).endsWith("\r\n\r\n").doesNotContainIgnoringCase("x-sum");
    }

    @Test
    void areAskedForOnBehalfOfTheClient() throws Exception {
        get("/asks", "1.1", "TE: trailers, gzip;q=0.5\r\n");
        get("/asks-not", "1.1", "TE: gzip\r\n");

        RecordingUpstream.Received asked = received("/asks");
        assertThat(asked.all("TE")).containsExactly("trailers");
        assertThat(asked.all("Connection")).containsExactly("TE");
        assertThat(received("/asks-not").all("TE")).isEmpty();
    }

    @Test
    void leaveTheConnectionToTheNextRequest() throws Exception {
        String request = "GET /sum HTTP/1.1\r\nHost: localhost\r\nTE: trailers\r\n";

        String answers = RawClient.exchange(gateway.port(), request + "\r\n" + request + "Connection: close\r\n\r\n");

        assertThat(answers.split("X-Sum: 42", -1)).hasSize(3);
    }
}
