package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Bodies pass while they come, at the pace of the slower side, and both sides learn at once when the other one has had enough.
class StreamingIT {

    private static SocketUpstream backend;
    private static SocketUpstream lasting;
    private static RawUpstream mute;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        backend = SocketUpstream.start(_ -> "");
        lasting = SocketUpstream.start(_ -> "");
        mute = RawUpstream.silentAfter("");
        gateway = TestGateway.start("""
                version: 1
                issuers:
                  any: { issuer: "http://localhost", jwks: "http://127.0.0.1:1/none", audiences: [api] }
                defaults: { max-body: unlimited }
                routes:
                  - { id: any, match: { path: /any }, upstream: "%1$s", access: public }
                  - { id: again, match: { path: /again }, upstream: "%1$s", access: public, retries: idempotent }
                  - { id: lasting, match: { path: /lasting }, upstream: "%3$s", access: public }
                  - { id: private, match: { path: /private }, upstream: "%1$s", access: signed-in }
                  - { id: quick, match: { path: /quick }, upstream: "%1$s", access: public, timeout: 300ms }
                  - { id: mute, match: { path: /mute }, upstream: "%2$s", access: public, timeout: 300ms }
                """.formatted(backend.url(), mute.url(), lasting.url()), Map.of());
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        backend.close();
        lasting.close();
        mute.close();
    }

    private static Socket say(String request) throws IOException {
        return say(request, 0);
    }

    private static Socket say(String request, int buffer) throws IOException {
        Socket socket = new Socket();
        if (buffer > 0) {
            socket.setReceiveBufferSize(buffer);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(octets(request));
        return socket;
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// What comes, to the end of this text.
    private static String hear(Socket socket, String last) throws IOException {
        StringBuilder heard = new StringBuilder();
        while (heard.indexOf(last) < 0) {
            int octet = socket.getInputStream().read();
            if (octet < 0) {
                throw new IOException("ended after: " + heard);
            }
            heard.append((char) octet);
        }
        return heard.toString();
    }

    @Test
    void passesEventsAtOnceHoweverLongTheyGoOn() throws Exception {
        try (Socket client = say("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n"); SocketPeer upstream = backend.next()) {
            upstream.raw(octets("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"));
            assertThat(hear(client, "\r\n\r\n")).as("without an event yet").startsWith("HTTP/1.1 200");
            upstream.raw(octets("9\r\ndata: 1\n\n\r\n"));
            assertThat(hear(client, "data: 1\n\n")).isNotEmpty();

            assertThat(gateway.get("/mute").statusCode()).as("the time that an answer may take has passed").isEqualTo(504);
            upstream.raw(octets("9\r\ndata: 2\n\n\r\n0\r\n\r\n"));
            assertThat(hear(client, "0\r\n\r\n")).contains("data: 2");
        }
    }

    @Test
    void showsAtOnceWhatThereIsOfAnyAnswer() throws Exception {
        try (Socket client = say("GET /any HTTP/1.1\r\nHost: a\r\n\r\n"); SocketPeer upstream = backend.next()) {
            upstream.raw(octets("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10\r\n\r\n"));
            assertThat(hear(client, "\r\n\r\n")).contains("Content-Length: 10").doesNotContain("Transfer-Encoding");
            upstream.raw(octets("first"));
            assertThat(hear(client, "first")).isEqualTo("first");
            upstream.raw(octets("later"));
            assertThat(hear(client, "later")).isEqualTo("later");
        }
    }

    /// It knows no chunks (RFC 9112 §6.1).
    @Test
    void endsTheAnswerOfAnOldClientWithItsConnection() throws Exception {
        try (Socket client = say("GET /any HTTP/1.0\r\nHost: a\r\n\r\n"); SocketPeer upstream = backend.next()) {
            upstream.raw(octets("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"));
            assertThat(hear(client, "first")).doesNotContainIgnoringCase("chunked").endsWith("\r\n\r\nfirst");
            upstream.raw(octets("5\r\nlater\r\n0\r\n\r\n"));
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(octets("later"));
        }
    }

    /// However an answer ends, the next request goes on the same connection.
    @Test
    void keepsTheBackendsConnection() throws Exception {
        String request = "GET /lasting HTTP/1.1\r\nHost: a\r\n\r\n";
        try (Socket client = say(request); SocketPeer upstream = lasting.next()) {
            upstream.raw(octets("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole"));
            hear(client, "whole");
            client.getOutputStream().write(octets(request));
            hear(upstream.socket(), "\r\n\r\n");
            upstream.raw(octets("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
            hear(client, "\r\n\r\n");
            upstream.raw(octets("5\r\nparts\r\n0\r\n\r\n"));
            hear(client, "0\r\n\r\n");
            client.getOutputStream().write(octets(request));
            hear(upstream.socket(), "\r\n\r\n");
            upstream.raw(octets("HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\n\r\n"));
            hear(client, "\r\n\r\n");
            client.getOutputStream().write(octets(request));
            assertThat(hear(upstream.socket(), "\r\n\r\n")).startsWith("GET /lasting");
            assertThat(lasting.isAlone()).as("no other connection").isTrue();
        }
    }

    /// What a client would read as the next answer of its connection.
    @Test
    void passesNoBodyWhereAnswersHaveNone() throws Exception {
        try (Socket client = say("GET /any HTTP/1.1\r\nHost: a\r\n\r\n"); SocketPeer upstream = backend.next()) {
            upstream.raw(octets("HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n"));
            assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 205").containsIgnoringCase("Content-Length: 0");
            upstream.raw(octets("11\r\nHTTP/1.1 200 OK\r\n\r\n0\r\n\r\n"));
            client.getOutputStream().write(octets("GET /none HTTP/1.1\r\nHost: a\r\n\r\n"));
            assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void passesAnAnswerThatComesBeforeTheUploadHasEnded() throws Exception {
        try (Socket client = say("POST /any HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegin");
                SocketPeer upstream = backend.next()) {
            upstream.raw(octets("HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 2\r\n\r\nno"));
            assertThat(hear(client, "\r\n\r\nno")).startsWith("HTTP/1.1 422");
        }
    }

    @Test
    void asksForABodyOnlyWhenTheBackendTakesIt() throws Exception {
        String fields = " HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
        try (Socket client = say("POST /any" + fields)) {
            assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 100");
            client.getOutputStream().write(octets("hello"));
            try (SocketPeer upstream = backend.next()) {
                assertThat(upstream.head()).doesNotContainIgnoringCase("expect");
                assertThat(upstream.socket().getInputStream().readNBytes(5)).isEqualTo(octets("hello"));
                upstream.raw(octets("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"));
                assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 201");
            }
        }
        try (Socket client = say("POST /private" + fields)) {
            assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void leavesTheBackendWhenTheClientHasLeft() throws Exception {
        try (SocketPeer upstream = leave("GET /any HTTP/1.1\r\nHost: a\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegin")) {
            assertThat(upstream.isHungUp()).as("in the middle of an answer").isTrue();
        }
        try (SocketPeer upstream = leave("POST /any HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nbegin", "")) {
            assertThat(upstream.isHungUp()).as("in the middle of an upload").isTrue();
        }
    }

    private static SocketPeer leave(String request, String answer) throws Exception {
        try (Socket client = say(request)) {
            SocketPeer upstream = backend.next();
            upstream.raw(octets(answer));
            if (!answer.isEmpty()) {
                hear(client, "begin");
            }
            return upstream;
        }
    }

    /// Also where the route sends requests again: so long a body is not held for that.
    @ParameterizedTest
    @ValueSource(strings = {"POST /any", "PUT /again", "DELETE /any", "GET /any"})
    void readsAnUploadNoFasterThanTheBackendDoes(String line) throws Exception {
        try (Socket client = say(line + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + Bodies.LENGTH + "\r\n\r\n")) {
            AtomicLong sent = Bodies.pour(client);
            try (SocketPeer upstream = backend.next()) {
                assertThat(Bodies.standstill(sent)).isLessThan(Bodies.BUFFERS);
                assertThat(Bodies.drink(upstream.socket().getInputStream())).isEqualTo(Bodies.LENGTH);
                upstream.raw(octets("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
                assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void readsADownloadNoFasterThanTheClientDoes() throws Exception {
        try (Socket client = say("GET /any HTTP/1.1\r\nHost: a\r\n\r\n", 8192); SocketPeer upstream = backend.next()) {
            upstream.raw(octets("HTTP/1.1 200 OK\r\nContent-Length: " + Bodies.LENGTH + "\r\n\r\n"));
            AtomicLong sent = Bodies.pour(upstream.socket());
            assertThat(Bodies.standstill(sent)).isLessThan(Bodies.BUFFERS);
            hear(client, "\r\n\r\n");
            assertThat(Bodies.drink(client.getInputStream())).isEqualTo(Bodies.LENGTH);
        }
    }
}
