package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// What becomes of connections on which more than one request comes, or less than one, and what the gateway then tells of them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConversationsIT {

    private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";
    private static final String GET = "GET /first" + HOST + "\r\n";
    private static final String CHUNKED = HOST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private RawUpstream silent;
    // Not `silent`, whose requests a test waits for.
    private RawUpstream mute;
    private RawUpstream half;
    private TestGateway gateway;
    private AccessLines log;

    @BeforeAll
    void start() {
        silent = RawUpstream.silentAfter("");
        mute = RawUpstream.silentAfter("");
        half = RawUpstream.silentAfter("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
        gateway = TestGateway.start("""
                version: 1
                routes:
                  - { id: all, match: { path: "/{one}" }, upstream: "%s", access: public }
                  - { id: silent, match: { path: /silent }, upstream: "%s", access: public }
                  - { id: mute, match: { path: /mute }, upstream: "%s", access: public }
                  - { id: half, match: { path: /half }, upstream: "%s", access: public }
                """.formatted(upstream.url(), silent.url(), mute.url(), half.url()),
                Map.of("GATEHOUSE_HEADER_TIMEOUT", "400ms"));
        log = AccessLines.listen();
    }

    @AfterAll
    void stop() throws IOException {
        log.close();
        gateway.close();
        silent.close();
        mute.close();
        half.close();
    }

    @BeforeEach
    void forget() {
        log.forget();
    }

    /// Each ends the connection. None of these may stay unanswered, and nothing behind them is a request.
    static Stream<String> lastRequests() {
        return Stream.of("GET /last" + HOST + "Connection: close\r\n\r\n",
                "GET /last" + HOST + "Connection: X-Hop, CLOSE\r\nX-Hop: 1\r\n\r\n",
                "GET /last" + HOST + "Connection: X-Hop\r\nConnection: close\r\nX-Hop: 1\r\n\r\n",
                "GET /last HTTP/1.0\r\nHost: localhost\r\n\r\n",
                "POST /last" + HOST + "Connection: close\r\nContent-Length: 5\r\n\r\nhello",
                "POST /last" + HOST + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("lastRequests")
    void answersTheLastOfSeveralRequestsAndHangsUp(String last) throws Exception {
        String answers = RawClient.exchange(gateway.port(), GET + last + "GET /smuggled" + HOST + "\r\n");

        assertThat(answers.split("HTTP/1\\.1 200", -1)).as("answers").hasSize(3);
        assertThat(answers.substring(answers.lastIndexOf("HTTP/1.1"))).containsIgnoringCase("connection: close");
        assertThat(upstream.next().target()).isEqualTo("/first");
        RecordingUpstream.Received seen = upstream.next();
        assertThat(seen.target()).isEqualTo("/last");
        assertThat(seen.all("X-Hop")).isEmpty();
        assertThat(upstream.drain()).isEmpty();
        log.atLeast(2); // so that no line comes in the next test
    }

    @Test
    void answersManyRequestsInTheirOrder() throws Exception {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            requests.append("GET /").append(i).append(HOST).append("\r\n");
        }
        String answers = RawClient.exchange(gateway.port(), requests + "GET /last" + HOST + "Connection: close\r\n\r\n");

        assertThat(answers.split("HTTP/1\\.1 200", -1)).hasSize(62);
        for (int i = 0; i < 60; i++) {
            assertThat(upstream.next().target()).isEqualTo("/" + i);
        }
        log.atLeast(61);
    }

    @Test
    void callsAWholeAnswerWholeThoughTheConnectionEndsWithIt() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(RawClient.exchange(gateway.port(), "GET /x" + HOST + "Connection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
            upstream.next();
        }

        assertThat(log.atLeast(50)).hasSize(50).noneMatch(line -> line.contains("broken"));
    }

    /// @param code what log and metrics call it
    record Unreadable(String request, int status, String code) {}

    static Stream<Unreadable> unreadable() {
        return Stream.of(new Unreadable("nonsense\r\n\r\n", 400, "request.malformed"),
                new Unreadable("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "request.malformed"),
                new Unreadable("GET /x#y" + HOST + "\r\n", 400, "request.malformed"),
                new Unreadable("GET /x HTTP/1.1\r\nHost", 408, "request.timeout"),
                new Unreadable("GET /" + "x".repeat(9_000) + HOST + "\r\n", 414, "request.too_large"),
                new Unreadable("GET /x" + HOST + "Expect: wonders\r\n\r\n", 417, "request.malformed"),
                new Unreadable("GET /x" + HOST + "A: b\r\n".repeat(101) + "\r\n", 431, "request.headers_too_large"),
                new Unreadable("GET /x" + HOST + "A: " + "b".repeat(17_000) + "\r\n\r\n", 431, "request.headers_too_large"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void tellsOfRequestsThatNeverBecameOneOnce(Unreadable row) throws Exception {
        long before = counted("", row.status, row.code);

        String answer = RawClient.exchange(gateway.port(), row.request);

        assertThat(answer).startsWith("HTTP/1.1 " + row.status);
        assertThat(log.atLeast(1)).singleElement().asString().contains("\"client\":\"127.0.0.1\",\"status\":" + row.status,
                "\"code\":\"" + row.code + '"',
                "\"requestId\":\"" + answer.replaceAll("(?s).*[xX]-[rR]equest-[iI]d: (\\S+).*", "$1"));
        assertThat(counted("", row.status, row.code)).isEqualTo(before + 1);
    }

    @Test
    void tellsOfAnUnreadableRequestBehindOthersOnce() throws Exception {
        long before = counted("", 400, "request.malformed");

        String answers = RawClient.exchange(gateway.port(), GET + "GET /no/where" + HOST + "\r\n" + "nonsense\r\n\r\n");

        assertThat(answers.split("HTTP/1\\.1 ", -1)).extracting(answer -> answer.split(" ", 2)[0]).containsExactly("", "200",
                "404", "400");
        assertThat(log.atLeast(3)).extracting(ConversationsIT::status).containsExactly("200", "404", "400");
        assertThat(counted("", 400, "request.malformed")).isEqualTo(before + 1);
    }

    private static String status(String line) {
        return line.replaceAll(".*\"status\":(\\d+).*", "$1");
    }

    private long counted(String route, int status, String code) {
        Timer timer = gateway.bean(MeterRegistry.class).find("gatehouse.requests")
                .tags("route", route, "status", "" + status, "code", code)
                .timer();
        return timer == null ? 0 : timer.count();
    }

    /// The client hangs up with the connection reset, in the middle of this.
    @ParameterizedTest
    @ValueSource(strings = {"GET /silent" + HOST + "\r\n", "POST /silent" + HOST + "Content-Length: 50\r\n\r\nhello",
            "POST /silent" + CHUNKED})
    void callsARequestAbortedWhoseClientWentAwayUnanswered(String request) throws Exception {
        long before = counted("silent", 499, "request.aborted");

        try (Socket socket = say(request)) {
            silent.awaitHead();
            socket.setSoLinger(true, 0);
        }

        assertThat(log.atLeast(1)).singleElement().asString().contains("\"status\":499,\"code\":\"request.aborted\"")
                .doesNotContain("broken");
        assertThat(counted("silent", 499, "request.aborted")).isEqualTo(before + 1);
    }

    @Test
    void saysWhichAnswersWereBrokenOff() throws Exception {
        try (Socket socket = say("GET /half" + HOST + "\r\n")) {
            assertThat(read(socket, 12)).isEqualTo("HTTP/1.1 200");
            socket.setSoLinger(true, 0);
        }

        assertThat(log.atLeast(1)).singleElement().asString().contains("\"status\":200").endsWith("\"broken\":true}");
    }

    private Socket say(String octets) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static String read(Socket socket, int octets) throws IOException {
        return new String(socket.getInputStream().readNBytes(octets), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /first" + CHUNKED + "zz\r\n", "POST /mute" + CHUNKED + "zz\r\n",
            "POST /first" + CHUNKED + "5;a=b\r\nhello\r\n",
            "POST /first" + CHUNKED + "0\r\nbad trailer\r\n\r\n"})
    void callsABodyMalformedThatCannotBeRead(String request) throws Exception {
        String answer = RawClient.exchange(gateway.port(), request);

        assertThat(answer).startsWith("HTTP/1.1 400 ");
        assertThat(log.atLeast(1)).singleElement().asString()
                .contains("\"status\":400,\"code\":\"request.malformed\",\"reason\":\"c");
    }

    /// The rest of the body comes when the backend has the beginning.
    @Test
    void callsABodyMalformedWhoseRestCannotBeRead() throws Exception {
        try (Socket socket = say("POST /half" + CHUNKED)) {
            assertThat(read(socket, 12)).isEqualTo("HTTP/1.1 200");
            socket.getOutputStream().write("zz\r\n".getBytes(StandardCharsets.ISO_8859_1));

            assertThat(log.atLeast(1)).singleElement().asString()
                    .contains("\"status\":200,\"code\":\"request.malformed\"", "\"broken\":true");
        }
    }
}
