package dev.gatehouse.gateway.framing.http2;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.framing.http2.FrameClient.Answer;
import dev.gatehouse.gateway.pipeline.JarGateway;
import dev.gatehouse.gateway.pipeline.RecordingUpstream;

import static dev.gatehouse.gateway.framing.http2.FrameClient.ACK;
import static dev.gatehouse.gateway.framing.http2.FrameClient.CONTINUATION;
import static dev.gatehouse.gateway.framing.http2.FrameClient.DATA;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_HEADERS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_STREAM;
import static dev.gatehouse.gateway.framing.http2.FrameClient.GOAWAY;
import static dev.gatehouse.gateway.framing.http2.FrameClient.HEADERS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.PING;
import static dev.gatehouse.gateway.framing.http2.FrameClient.PRIORITY;
import static dev.gatehouse.gateway.framing.http2.FrameClient.RESET;
import static dev.gatehouse.gateway.framing.http2.FrameClient.SETTINGS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.WINDOW_UPDATE;
import static dev.gatehouse.gateway.framing.http2.FrameClient.octets;
import static org.assertj.core.api.Assertions.assertThat;

/// HTTP/2 as it should not be spoken, and as it should, frame by frame.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamAttackIT {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    // RFC 9113 §7.
    private static final int PROTOCOL_ERROR = 1;
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;

    @TempDir
    private static Path folder;

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private JarGateway gateway;

    @BeforeAll
    void start() throws Exception {
        gateway = JarGateway.start("""
                version: 1
                issuers: { none: { issuer: "https://none.example", jwks: "file:%s", audiences: [a] } }
                defaults: { max-body: 1MB }
                routes:
                  - { id: all, match: { path: /** }, upstream: "%s", access: public }
                  - { id: closed, match: { path: /closed/** }, upstream: "%s", access: { roles: [admin] } }
                """.formatted(Files.writeString(folder.resolve("keys.json"), "{\"keys\":[]}"), upstream.url(), upstream.url()),
                Map.of("GATEHOUSE_H2C", "on", "GATEHOUSE_HEADER_TIMEOUT", "600ms", "GATEHOUSE_BODY_TIMEOUT", "600ms",
                        "GATEHOUSE_SEND_TIMEOUT", "600ms", "GATEHOUSE_IDLE_TIMEOUT", "900ms"));
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        upstream.answerWith(OK);
    }

    private FrameClient greet() throws Exception {
        return FrameClient.greet(gateway.port());
    }

    /// What backends heard but should not have: without the requests of floods, which were good ones, and of other tests' broken bodies.
    private List<RecordingUpstream.Received> heard() {
        return upstream.drain().stream()
                .filter(received -> !List.of("/flood", "/post", "/other", "/next").contains(received.target()))
                .toList();
    }

    private List<RecordingUpstream.Received> bodies() {
        return upstream.drain().stream().filter(received -> received.target().equals("/post")).toList();
    }

    /// After every attack somebody else is served.
    private void servesOthers() throws Exception {
        try (FrameClient other = greet()) {
            other.get(1, "/other");
            assertThat(other.answer(1).status()).isEqualTo(200);
        }
    }

    @Test
    void passesARequestAsHttp11WouldBe() throws Exception {
        try (FrameClient client = greet()) {
            client.request(1, true, ":method", "GET", ":scheme", "http", ":path", "/a?b=c|d", ":authority", "localhost:80",
                    "cookie",
                    "a=1", "cookie", "b=2", "x-user-id", "root", "x-http2-scheme", "https", "te", "trailers");

            Answer answer = client.answer(1);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("ok");
            assertThat(answer.fields()).contains("x-request-id: ").doesNotContain("connection");
        }
        RecordingUpstream.Received received = upstream.next(one -> one.target().startsWith("/a"));
        assertThat(received.target()).isEqualTo("/a?b=c%7Cd");
        assertThat(received.all("X-Forwarded-Host")).containsExactly("localhost:80");
        assertThat(received.all("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(received.all("Cookie")).containsExactly("a=1; b=2");
        assertThat(received.head()).doesNotContainIgnoringCase("x-http2-").doesNotContainIgnoringCase("x-user-id");
        assertThat(received.all("TE")).containsExactly("trailers");
    }

    @Test
    void passesABodyAndEndsItsTrailers() throws Exception {
        try (FrameClient client = greet()) {
            client.post(1);
            client.frame(DATA, 0, 1, ascii("hel"));
            client.frame(DATA, 0, 1, ascii("lo"));
            client.frame(HEADERS, END_HEADERS | END_STREAM, 1, client.section("x-user-id", "root", "content-length", "1"));

            assertThat(client.answer(1).status()).isEqualTo(200);
        }
        RecordingUpstream.Received received = upstream.next(one -> one.target().equals("/post") && one.whole());
        assertThat(received.body()).contains("hel", "lo").doesNotContain("root");
    }

    @Test
    void servesManyStreamsOfAConnection() throws Exception {
        try (FrameClient client = greet()) {
            for (int i = 0; i < 50; i++) {
                client.get(1 + 2 * i, "/x");
            }
            int answered = 0;
            while (answered < 50) {
                FrameClient.Frame frame = client.next();
                assertThat(frame.type()).isNotEqualTo(-1);
                answered += frame.type() == DATA && (frame.flags() & END_STREAM) != 0 ? 1 : 0;
            }
        }
    }

    @Test
    void stillSpeaksHttp11AndChangesToNothingElse() throws Exception {
        HttpClient.Version version;
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            version = client.send(HttpRequest.newBuilder(gateway.request("/x").build().uri()).build(), BodyHandlers.ofString())
                    .version();
        }
        assertThat(version).as("though it asked for Upgrade: h2c").isEqualTo(HttpClient.Version.HTTP_1_1);
    }

    @Test
    void refusesWithTheSameProblemsAsHttp11() throws Exception {
        try (FrameClient client = greet()) {
            client.get(1, "/closed/x");
            Answer closed = client.answer(1);
            client.get(3, "/a/../closed/x");
            Answer climbing = client.answer(3);

            assertThat(closed.status()).isEqualTo(401);
            assertThat(climbing.status()).isEqualTo(400);
            assertThat(climbing.body()).contains("request.ambiguous_path");
        }
        assertThat(heard()).isEmpty();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static List<String> line(String method, String path, String... more) {
        return Stream.concat(Stream.of(":method", method, ":scheme", "http", ":path", path), Stream.of(more)).toList();
    }

    private static List<String> get(String... more) {
        return Stream.concat(line("GET", "/x", ":authority", "localhost").stream(), Stream.of(more)).toList();
    }

    /// A header section that is none of a request.
    ///
    /// @param why what a lenient reader would make of it, or of the same in HTTP/1.1
    record None(String why, List<String> fields) {

        @Override
        public String toString() {
            return why;
        }
    }

    static Stream<None> requestsThatAreNone() {
        return Stream.of(
                new None("no authority, so no host to match", line("GET", "/x")),
                new None("an empty authority", line("GET", "/x", ":authority", "")),
                new None("two authorities, of which a backend gets either",
                        line("GET", "/x", ":authority", "a", ":authority", "b")),
                new None("a user in the authority", line("GET", "/x", ":authority", "a@b")),
                new None("a path in the authority", line("GET", "/x", ":authority", "a/b")),
                new None("a colon and no port", line("GET", "/x", ":authority", "a:")),
                new None("a Host that is not the authority", get("host", "other")),
                new None("two Hosts", get("host", "localhost", "host", "localhost")),
                new None("two Hosts and no authority", line("GET", "/x", "host", "a", "host", "b")),
                new None("an empty path", line("GET", "", ":authority", "a")),
                new None("a path without a slash", line("GET", "x", ":authority", "a")),
                new None("a path that is an address of another host", line("GET", "http://b/x", ":authority", "a")),
                new None("a space in the path, where a request line is cut", line("GET", "/a b", ":authority", "a")),
                new None("a fragment in the path", line("GET", "/a#b", ":authority", "a")),
                new None("a line end in the path, a field in HTTP/1.1", line("GET", "/a\r\nX: y", ":authority", "a")),
                new None("a NUL in the path", line("GET", "/a\0", ":authority", "a")),
                new None("an octet beyond ASCII in the path", line("GET", "/a\u00e9", ":authority", "a")),
                new None("a triplet that is none", line("GET", "/%zz", ":authority", "a")),
                new None("the rest of a request line of HTTP/1.1 in the path",
                        line("GET", "/a HTTP/1.1\r\nX: y", ":authority", "a")),
                new None("an empty segment, a host for some", line("GET", "//x", ":authority", "a")),
                new None("two paths, the second to a closed route", line("GET", "/x", ":path", "/closed/x", ":authority", "a")),
                new None("two methods", line("GET", "/x", ":method", "POST", ":authority", "a")),
                new None("two schemes, of which a backend is told either",
                        line("GET", "/x", ":scheme", "https", ":authority", "a")),
                new None("one scheme twice", line("GET", "/x", ":scheme", "http", ":authority", "a")),
                new None("one path twice", line("GET", "/x", ":path", "/x", ":authority", "a")),
                new None("one method twice", line("GET", "/x", ":method", "GET", ":authority", "a")),
                new None("one authority twice", line("GET", "/x", ":authority", "a", ":authority", "a")),
                new None("a method in small letters, which some fold", line("get", "/x", ":authority", "a")),
                new None("a space in the method", line("GE T", "/x", ":authority", "a")),
                new None("a line end in the method", line("GET\r\n", "/x", ":authority", "a")),
                new None("an empty method", line("", "/x", ":authority", "a")),
                new None("a tunnel with the fields of a request", line("CONNECT", "/x", ":authority", "a")),
                new None("a tunnel to another port", List.of(":method", "CONNECT", ":authority", "localhost:22")),
                new None("a WebSocket as RFC 8441 asks for it, which nobody offered",
                        line("CONNECT", "/x", ":authority", "a", ":protocol", "websocket")),
                new None("no scheme", List.of(":method", "GET", ":path", "/x", ":authority", "a")),
                new None("no method", List.of(":scheme", "http", ":path", "/x", ":authority", "a")),
                new None("no path", List.of(":method", "GET", ":scheme", "http", ":authority", "a")),
                new None("another scheme", List.of(":method", "GET", ":scheme", "ftp", ":path", "/x", ":authority", "a")),
                new None("a pseudo-field behind a field",
                        List.of(":method", "GET", "x", "y", ":scheme", "http", ":path", "/x", ":authority", "a")),
                new None("a pseudo-field of answers", get(":status", "200")),
                new None("a pseudo-field that nobody knows", get(":unknown", "x")),
                new None("a field without a name", get("", "x")),
                new None("Connection, which would take a field away in HTTP/1.1", get("connection", "x-user-id")),
                new None("Connection, which would end the backend's", get("connection", "close")),
                new None("a transfer coding, the framing of HTTP/1.1", get("transfer-encoding", "chunked")),
                new None("Keep-Alive, of connections of HTTP/1.1", get("keep-alive", "timeout=1")),
                new None("Proxy-Connection, likewise", get("proxy-connection", "close")),
                new None("Upgrade, a handshake of HTTP/1.1", get("upgrade", "websocket")),
                new None("TE with a coding", get("te", "gzip")),
                new None("TE with trailers and a coding", get("te", "trailers, chunked")),
                new None("a name in capitals, which the folding of names would miss", get("X-Upper", "y")),
                new None("a space in a name", get("x y", "z")),
                new None("a colon in a name, where HTTP/1.1 cuts", get("x:y", "z")),
                new None("a line end in a name", get("x\r\ny", "z")),
                new None("a NUL in a name", get("x\0", "z")),
                new None("an octet beyond ASCII in a name", get("x\u00e9", "z")),
                new None("a line end in a value, an identity field in HTTP/1.1", get("x", "a\r\nx-user-id: root")),
                new None("a line feed in a value, a line end for lenient parsers", get("x", "a\nb")),
                new None("a NUL in a value", get("x", "a\0b")),
                new None("a space before a value", get("x", " a")),
                new None("a tab behind a value", get("x", "a\t")),
                new None("a length without a body", get("content-length", "1")),
                new None("two lengths", get("content-length", "0", "content-length", "1")),
                new None("a length with a sign", get("content-length", "+0")),
                new None("an empty length", get("content-length", "")),
                new None("a length beyond 64 bits", get("content-length", "99999999999999999999")),
                new None("an expectation that nobody meets", get("expect", "200-ok")),
                new None("more fields than a request has",
                        get(IntStream.range(0, 120).boxed().flatMap(i -> Stream.of("x" + i, "y")).toArray(String[]::new))));
    }

    /// Netty's codec refuses some of them first, with RST_STREAM; what matters is that no backend hears of them.
    @ParameterizedTest(name = "{0}")
    @MethodSource("requestsThatAreNone")
    void refuses(None request) throws Exception {
        try (FrameClient client = greet()) {
            client.request(1, true, request.fields().toArray(String[]::new));

            Answer answer = client.answer(1);

            assertThat((answer.status() >= 400 && answer.status() < 500) || (answer.status() == 0 && answer.error() != 0))
                    .as(request + ": " + answer).isTrue();
            if (!answer.over()) {
                client.get(3, "/next");
                assertThat(client.answer(3).status()).as("the next stream").isEqualTo(200);
            }
        }
        assertThat(heard()).isEmpty();
    }

    @Test
    void refusalHasTheErrorContract() throws Exception {
        try (FrameClient client = greet()) {
            client.request(1, true, line("GET", "/x", ":authority", "a", "host", "b").toArray(String[]::new));

            Answer answer = client.answer(1);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.fields()).contains("content-type: application/problem+json", "x-request-id: ");
            assertThat(answer.body()).contains("\"code\":\"request.malformed\"");
        }
    }

    @Test
    void bodyThatIsLongerOrShorterThanItSaidIsNoBody() throws Exception {
        for (String length : List.of("3", "9")) {
            try (FrameClient client = greet()) {
                client.post(1, "content-length", length);
                client.frame(DATA, END_STREAM, 1, ascii("hello"));
                assertThat(client.answer(1).status()).isNotEqualTo(200);
            }
        }
        assertThat(bodies()).noneMatch(RecordingUpstream.Received::whole);
    }

    /// Whoever lies about a body fails alone, however often: the upstream is not to blame and stays open to everybody else.
    @Test
    void bodiesThatLieCloseTheUpstreamToNobody() throws Exception {
        for (int i = 0; i < 40; i++) {
            try (FrameClient client = greet()) {
                client.post(1, "content-length", "20000");
                client.frame(DATA, END_STREAM, 1, new byte[10_000]);
                assertThat(client.answer(1).status()).isNotIn(200, 503);
            }
        }
        try (FrameClient client = greet()) {
            client.get(1, "/well");
            assertThat(client.answer(1).status()).isEqualTo(200);
        }
    }

    @Test
    void bodyBeyondTheRoutesSizeIsBrokenOff() throws Exception {
        try (FrameClient client = greet()) {
            client.post(1, "content-length", "2000000");
            assertThat(client.answer(1).status()).isEqualTo(413);
        }
    }

    @Test
    void resetRequestIsNoWholeRequestForTheBackend() throws Exception {
        try (FrameClient client = greet()) {
            client.post(1);
            client.frame(DATA, 0, 1, ascii("part"));
            client.number(RESET, 1, 8);
            client.get(3, "/next");
            client.answer(3);
        }
        assertThat(bodies()).noneMatch(RecordingUpstream.Received::whole);
    }

    @Test
    void headerSectionBeyondTheBoundIsRefused() throws Exception {
        try (FrameClient client = greet()) {
            client.request(1, true, get("x", "y".repeat(15_000), "z", "y".repeat(6_000)).toArray(String[]::new));

            Answer answer = client.answer(1);

            assertThat(answer.status() == 431 || answer.over()).as(answer.toString()).isTrue();
        }
        assertThat(heard()).isEmpty();
        servesOthers();
    }

    @Test
    void opensOnlySoManyStreams() throws Exception {
        try (FrameClient client = greet()) {
            for (int i = 0; i < 101; i++) {
                client.post(1 + 2 * i);
            }
            assertThat(client.answer(201).error()).isEqualTo(REFUSED_STREAM);
        }
        servesOthers();
    }

    private interface Flood {
        void wave(FrameClient client, int number) throws Exception;
    }

    /// Goes on until the gateway has had enough; the frames are few compared with what a connection can carry.
    private void endsTheConnection(int error, int most, Flood flood) throws Exception {
        try (FrameClient client = greet()) {
            try {
                for (int i = 0; i < most; i++) {
                    flood.wave(client, i);
                }
            } catch (java.net.SocketException _) {
                // It has had enough already.
            }
            assertThat(client.end()).isIn(error, -1);
        }
        servesOthers();
    }

    @Test
    void endsRapidResets() throws Exception {
        endsTheConnection(ENHANCE_YOUR_CALM, 1_000, (client, i) -> {
            client.get(1 + 2 * i, "/flood");
            client.number(RESET, 1 + 2 * i, 8);
        });
    }

    /// What the gateway reads at once, it knows to be over before it asks a backend. A read may end between a request and its reset.
    @Test
    void resetsThatComeWithTheirRequestsCostNoBackend() throws Exception {
        try (FrameClient client = greet()) {
            ByteArrayOutputStream together = new ByteArrayOutputStream();
            for (int stream = 1; stream < 101; stream += 2) {
                together.writeBytes(octets(HEADERS, END_HEADERS | END_STREAM, stream,
                        client.section(":method", "GET", ":scheme", "http", ":path", "/reset", ":authority", "localhost")));
                together.writeBytes(octets(RESET, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) 8));
            }
            client.say(together.toByteArray());
            client.get(101, "/next");

            assertThat(client.answer(101).status()).isEqualTo(200);
        }
        assertThat(heard()).hasSizeLessThan(10);
    }

    /// The client makes the gateway reset: a window of nothing for a stream is an error of the stream.
    @Test
    void endsResetsThatItIsMadeToSend() throws Exception {
        endsTheConnection(ENHANCE_YOUR_CALM, 1_000, (client, i) -> {
            client.get(1 + 2 * i, "/flood");
            client.number(WINDOW_UPDATE, 1 + 2 * i, 0);
        });
    }

    @Test
    void endsAFloodOfContinuations() throws Exception {
        try (FrameClient client = greet()) {
            client.frame(HEADERS, END_STREAM, 1, client.section(":method", "GET", ":scheme", "http", ":path", "/x"));
            try {
                for (int i = 0; i < 1_000; i++) {
                    client.frame(CONTINUATION, 0, 1, client.section("x" + i, "y".repeat(1_000)));
                }
            } catch (java.net.SocketException _) {
                // It has had enough already.
            }
            assertThat(client.end()).isIn(ENHANCE_YOUR_CALM, PROTOCOL_ERROR, -1);
        }
        servesOthers();
    }

    /// Whatever they carry, and though the ninth is the last: without a bound it would be a request.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000})
    void endsTheNinthContinuation(int octets) throws Exception {
        try (FrameClient client = greet()) {
            client.frame(HEADERS, END_STREAM, 1,
                    client.section(":method", "GET", ":scheme", "http", ":path", "/x", ":authority", "localhost"));
            for (int i = 0; i < 9; i++) {
                client.frame(CONTINUATION, i < 8 ? 0 : END_HEADERS, 1,
                        java.util.Arrays.copyOf(client.section("x" + i, "y".repeat(1_000)), octets));
            }
            assertThat(client.end()).isEqualTo(ENHANCE_YOUR_CALM);
        }
        servesOthers();
    }

    @Test
    void endsAFloodOfSettings() throws Exception {
        endsTheConnection(ENHANCE_YOUR_CALM, 5_000, (client, _) -> client.frame(SETTINGS, 0, 0));
    }

    @Test
    void endsAFloodOfPings() throws Exception {
        endsTheConnection(ENHANCE_YOUR_CALM, 5_000, (client, _) -> client.frame(PING, 0, 0, new byte[8]));
    }

    @Test
    void endsAFloodOfConfirmations() throws Exception {
        endsTheConnection(ENHANCE_YOUR_CALM, 5_000, (client, _) -> client.frame(PING, ACK, 0, new byte[8]));
    }

    @Test
    void endsAFloodOfPriorities() throws Exception {
        endsTheConnection(ENHANCE_YOUR_CALM, 5_000, (client, i) -> client.frame(PRIORITY, 0, 1 + 2 * i, new byte[5]));
    }

    @Test
    void endsAFloodOfWindows() throws Exception {
        endsTheConnection(ENHANCE_YOUR_CALM, 5_000, (client, _) -> client.number(WINDOW_UPDATE, 0, 1));
    }

    @Test
    void endsAFloodOfUnknownFrames() throws Exception {
        endsTheConnection(ENHANCE_YOUR_CALM, 5_000, (client, _) -> client.frame(77, 0, 0));
    }

    @Test
    void endsAFloodOfEmptyData() throws Exception {
        ByteArrayOutputStream wave = new ByteArrayOutputStream();
        for (int i = 0; i < 50; i++) {
            wave.writeBytes(octets(DATA, 0, 1));
        }
        wave.writeBytes(octets(PING, 0, 0, new byte[8]));
        try (FrameClient client = greet()) {
            client.post(1);
            FrameClient.Frame answer = client.next();
            for (int i = 0; i < 100 && answer.type() != GOAWAY; i++) {
                client.say(wave.toByteArray()); // in one piece, so that nothing unread makes the system drop what was said last
                do {
                    answer = client.next();
                    assertThat(answer.type()).isNotEqualTo(-1);
                } while (answer.type() != PING && answer.type() != GOAWAY);
            }
            assertThat(answer.type()).isEqualTo(GOAWAY);
            assertThat(answer.number(4)).isEqualTo(ENHANCE_YOUR_CALM);
        }
        servesOthers();
    }

    @Test
    void endsAFloodOfRequestsThatAreNone() throws Exception {
        endsTheConnection(ENHANCE_YOUR_CALM, 2_000,
                (client, i) -> client.request(1 + 2 * i, true, ":method", "GET", ":scheme", "http", ":path", "/x"));
        assertThat(heard()).isEmpty();
    }

    @Test
    void endsAConnectionWhosePrefaceStalls() throws Exception {
        try (FrameClient client = FrameClient.silent(gateway.port())) {
            client.say(ascii("PRI * HTT"));
            assertThat(client.end()).isEqualTo(-1);
        }
    }

    @Test
    void endsAHeaderSectionThatStalls() throws Exception {
        try (FrameClient client = greet()) {
            client.frame(HEADERS, END_STREAM, 1, client.section(":method", "GET"));
            assertThat(client.end()).isIn(ENHANCE_YOUR_CALM, -1);
        }
    }

    @Test
    void endsAFrameThatStalls() throws Exception {
        try (FrameClient client = greet()) {
            client.say(new byte[]{0, 0, 8, PING, 0, 0, 0, 0, 0, 1});
            assertThat(client.end()).isIn(ENHANCE_YOUR_CALM, -1);
        }
    }

    @Test
    void endsAnIdleConnectionThoughItPings() throws Exception {
        try (FrameClient client = greet()) {
            client.get(1, "/x");
            assertThat(client.answer(1).status()).isEqualTo(200);
            client.frame(PING, 0, 0, new byte[8]);
            assertThat(client.end()).isIn(0, -1);
        }
    }

    @Test
    void refusesABodyThatStalls() throws Exception {
        try (FrameClient client = greet()) {
            client.post(1, "content-length", "100000");
            client.frame(DATA, 0, 1, ascii("some"));

            Answer answer = client.answer(1);
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.body()).contains("request.timeout"); // before the reset that ends the body
        }
        assertThat(bodies()).noneMatch(RecordingUpstream.Received::whole);
    }

    /// The client grants the stream no window; RFC 9113 §6.9.2 lets it.
    @Test
    void resetsAStreamWhoseAnswerNobodyTakes() throws Exception {
        upstream.answerWith("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000));
        try (FrameClient client = greet()) {
            client.get(1, "/x");

            Answer answer = client.answer(1);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.error()).as("CANCEL").isEqualTo(8);
        }
        upstream.answerWith(OK);
        servesOthers();
    }
}
