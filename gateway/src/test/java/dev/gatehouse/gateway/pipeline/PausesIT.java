package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import dev.gatehouse.gateway.framing.http2.FrameClient;

import static dev.gatehouse.gateway.framing.http2.FrameClient.DATA;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

/// An upstream's silence: how long it lasts at most, and that it is never shorter than the time that somebody is ready to wait.
class PausesIT {

    private static final String EVENTS = "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String LAST_EVENT = "9\r\ndata: 1\n\n\r\n0\r\n\r\n";
    private static final String STANDS_STILL = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin";

    // Never said.
    private static final String END = "\0";

    private static final Sinks.One<String> CALL = Sinks.one();
    private static final Sinks.One<String> STREAM = Sinks.one();

    private static SocketUpstream backend;
    private static SocketUpstream events;
    private static SocketUpstream quick;
    private static DisposableServer two;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        backend = SocketUpstream.start(_ -> "");
        events = SocketUpstream.start(_ -> "");
        quick = SocketUpstream.start(_ -> STANDS_STILL);
        two = HttpServer.create().host("127.0.0.1").port(0).protocol(HttpProtocol.H2C).handle(PausesIT::answer).bindNow();
        gateway = TestGateway.start("""
                version: 1
                upstreams: { two: { protocol: h2c, instances: [{ url: "http://127.0.0.1:%4$d" }] } }
                defaults: { timeout: 500ms }
                routes:
                  - { id: patient, match: { path: /patient }, upstream: "%1$s", access: public, timeout: 1h }
                  - { id: socket, match: { path: /socket }, upstream: "%1$s", access: public, timeout: 1h, websocket: {} }
                  - { id: quick, match: { path: /quick }, upstream: "%2$s", access: public }
                  - { id: events, match: { path: /events }, upstream: "%3$s", access: public }
                  - { id: two, match: { path: /two/** }, upstream: two, access: public }
                """.formatted(backend.url(), quick.url(), events.url(), two.port()),
                Map.of("GATEHOUSE_UPSTREAM_PAUSE", "500ms", "GATEHOUSE_H2C", "on"));
    }

    /// Begins, and goes on when it is told to.
    private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        Mono<String> rest = switch (request.uri()) {
            case "/two/call" -> CALL.asMono();
            case "/two/events" -> STREAM.asMono();
            default -> Mono.never();
        };
        return response.header("content-type", request.uri().equals("/two/events") ? "text/event-stream" : "application/grpc")
                .trailerHeaders(trailers -> trailers.set("grpc-status", "0"))
                .send(Flux.concat(Mono.just("begin"), rest).map(text -> Unpooled.wrappedBuffer(octets(text))), _ -> true);
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        backend.close();
        events.close();
        quick.close();
        two.disposeNow();
    }

    private static Socket say(String path, String fields) throws IOException {
        return say("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
    }

    private static Socket say(String request) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(octets(request));
        return socket;
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// What comes, to the end of this text or of the connection.
    private static String hear(Socket socket, String last) throws IOException {
        StringBuilder heard = new StringBuilder();
        try {
            for (int octet = 0; octet >= 0 && heard.indexOf(last) < 0;) {
                octet = socket.getInputStream().read();
                heard.append(octet < 0 ? "" : (char) octet);
            }
        } catch (SocketException reset) {
            return heard.toString();
        }
        return heard.toString();
    }

    /// Ends when a silence that began now has become too long.
    private static String pause() throws Exception {
        try (Socket client = say("/quick", "")) {
            return hear(client, END);
        }
    }

    private static void longPause() throws Exception {
        pause();
        pause();
    }

    @Test
    void breaksOffAnAnswerThatStandsStill() throws Exception {
        assertThat(pause()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nbegin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/patient", "/socket"})
    void waitsForAnAnswerAsLongAsTheRouteSays(String path) throws Exception {
        String handshake = String.join("\r\n", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: " + SocketPeer.KEY, "");
        String fields = path.equals("/socket") ? handshake : "";
        try (Socket client = say(path, fields); SocketPeer upstream = backend.next()) {
            pause();

            upstream.raw(octets("HTTP/1.1 403 Late\r\nContent-Length: 4\r\n\r\nlate"));

            assertThat(new String(client.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1)).isEqualTo("HTTP/1.1 403");
        }
    }

    @Test
    void waitsWithinACallAsLongAsItsCallerDoes() throws Exception {
        try (FrameClient client = call("/two/call", "grpc-timeout", "20S")) {
            longPause();
            CALL.tryEmitValue("end");

            FrameClient.Answer answer = client.answer(1);

            assertThat(answer.body()).isEqualTo("end");
            assertThat(answer.fields()).contains("grpc-status: 0");
        }
    }

    @Test
    void breaksOffACallThatStandsStillAndSaysNoTime() throws Exception {
        try (FrameClient client = call("/two/silent", "te", "trailers")) {
            assertThat(client.answer(1).error()).as("RST_STREAM").isNotZero();
        }
    }

    /// A call that has been sent and whose answer has begun.
    private static FrameClient call(String path, String name, String value) throws Exception {
        FrameClient client = FrameClient.greet(gateway.port());
        client.request(1, false, ":method", "POST", ":scheme", "http", ":path", path, ":authority", "localhost", "content-type",
                "application/grpc", name, value);
        client.frame(DATA, END_STREAM, 1, octets("ask"));
        awaitBegin(client);
        return client;
    }

    private static void awaitBegin(FrameClient client) throws IOException {
        FrameClient.Frame frame = client.next();
        while (frame.type() != DATA && frame.type() != -1) {
            frame = client.next();
        }
        assertThat(frame.payload()).isEqualTo(octets("begin"));
    }

    /// For as long as it likes; the next answer on the same connection must not.
    @ParameterizedTest
    @CsvSource({"text/event-stream, true", "Text/Event-Stream; charset=utf-8, true", "text/event-stream, false"})
    void letsAStreamOfEventsBeSilent(String type, boolean askedInFull) throws Exception {
        String request = "POST /events HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";
        try (Socket client = say(request + (askedInFull ? "body" : "bo")); SocketPeer upstream = events.next()) {
            upstream.raw(octets(EVENTS.formatted(type)));
            assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 200");
            client.getOutputStream().write(octets(askedInFull ? "" : "dy"));
            hear(upstream.socket(), "body");

            longPause();
            upstream.raw(octets(LAST_EVENT));
            assertThat(hear(client, "0\r\n\r\n")).contains("data: 1");

            client.getOutputStream().write(octets("GET /events HTTP/1.1\r\nHost: a\r\n\r\n"));
            assertThat(hear(upstream.socket(), "\r\n\r\n")).startsWith("GET /events");
            upstream.raw(octets(STANDS_STILL));
            assertThat(hear(client, END)).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nbegin");
            assertThat(upstream.isHungUp()).isTrue();
        }
    }

    @Test
    void letsAStreamOfEventsOverHttp2BeSilent() throws Exception {
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            client.get(1, "/two/events");
            awaitBegin(client);
            longPause();
            STREAM.tryEmitValue("end");

            assertThat(client.answer(1).body()).isEqualTo("end");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/event-streams", "text/plain"})
    void breaksOffWhatOnlyLooksLikeEvents(String type) throws Exception {
        try (Socket client = say("/events", ""); SocketPeer upstream = events.next()) {
            upstream.raw(octets(EVENTS.formatted(type)));

            assertThat(hear(client, "0\r\n\r\n")).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
            assertThat(upstream.isHungUp()).isTrue();
        }
    }

    /// Both ends of a silent stream are asked whether they are there, and not after hours.
    @Test
    void asksWhetherTheEndsOfAStreamAreThere() throws Exception {
        try (Socket client = say("/events", ""); SocketPeer upstream = events.next()) {
            upstream.raw(octets(EVENTS.formatted("text/event-stream")));
            hear(client, "\r\n\r\n");

            ConnectionTable.awaitProbe(gateway.port(), client.getLocalPort(), 60);
            ConnectionTable.awaitProbe(upstream.socket().getPort(), upstream.socket().getLocalPort(), 60);
        }
    }
}
