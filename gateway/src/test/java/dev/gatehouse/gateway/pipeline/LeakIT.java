package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.framing.FramingAttacks;

import static org.assertj.core.api.Assertions.assertThat;

/// Every refused, broken and aborted request gives back its connection and the memory it took, see [LeakWatch].
@Tag("slow")
class LeakIT {

    private static final int ROUNDS = 4;
    private static final String BODY = "x".repeat(40_000);
    private static final String SIZED = "Content-Length: " + BODY.length();
    private static final String CHUNK = "9c40\r\n" + BODY + "\r\n";
    // Every wait that the gateway ends, it ends after this time.
    private static final String SOON = "300ms";

    @Test
    void refusedBrokenAndAbortedRequestsLoseNoBuffer() throws Exception {
        try (BadBackends backends = new BadBackends()) {
            LeakWatch.losesNothing(backends.routes(), Map.of("GATEHOUSE_HEADER_TIMEOUT", SOON, "GATEHOUSE_BODY_TIMEOUT", SOON,
                    "GATEHOUSE_SEND_TIMEOUT", SOON, "GATEHOUSE_IDLE_TIMEOUT", SOON), gateway -> {
                        for (int round = 0; round < ROUNDS; round++) {
                            refuse(gateway.port());
                            abort(gateway.port(), backends);
                            hold(gateway.port());
                        }
                        readNothing(gateway.port());
                        for (FramingAttacks.Row row : FramingAttacks.refused().toList()) {
                            assertThat(RawClient.exchange(gateway.port(), row.request() + get("/good/leftover"))).as(row.why())
                                    .startsWith("HTTP/1.1 " + row.status());
                        }
                        for (String path : backends.badAnswers()) {
                            assertThat(RawClient.exchange(gateway.port(), get(path))).as(path).startsWith("HTTP/1.1 502 ");
                        }
                    });
        }
    }

    @Test
    void refusedPreamblesLoseNoBuffer() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.start()) {
            String routes = """
                    version: 1
                    routes:
                      - { id: all, match: { path: /** }, upstream: "%s", access: public }
                    """.formatted(upstream.url());
            Map<String, String> settings = Map.of("GATEHOUSE_PROXY_PROTOCOL", "required", "GATEHOUSE_TRUSTED_PROXIES",
                    "127.0.0.1/32", "GATEHOUSE_HEADER_TIMEOUT", SOON);
            String client = "PROXY TCP4 203.0.113.7 192.0.2.1 5555 443\r\n";
            LeakWatch.losesNothing(routes, settings, gateway -> {
                for (String preamble : List.of("", "PROXY TCP4 203.0.113.7\r\n", "PROXY UNKNOWN " + "f".repeat(92) + "\r\n",
                        "\r\n\r\n\0\r\nQUIT\n\u00ff\u0011\0\f", "\r\n\r\n\0\r\nQUIT\n \0\u00ff\u00ff")) {
                    assertThat(RawClient.exchange(gateway.port(), preamble + get("/x") + BODY)).as(preamble).isEmpty();
                }
                assertThat(RawClient.exchange(gateway.port(), "PROXY TCP4 203")).as("half a preamble").isEmpty();
                assertThat(RawClient.exchange(gateway.port(), client + client + get("/x"))).startsWith("HTTP/1.1 400 ");
                assertThat(RawClient.exchange(gateway.port(), client + get("/x"))).startsWith("HTTP/1.1 200 ");
            });
        }
    }

    @Test
    void requestsThatAreShedLoseNoBuffer() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.start()) {
            String routes = """
                    version: 1
                    routes:
                      - { id: all, match: { path: /** }, upstream: "%s", access: public }
                    """.formatted(upstream.url());
            LeakWatch.losesNothing(routes, Map.of("GATEHOUSE_SHED_DELAY", "10ms"), gateway -> {
                assertThat(RawClient.exchange(gateway.port(), get("/x"))).startsWith("HTTP/1.1 200 ");
                try (BusyLoops _ = BusyLoops.start()) {
                    for (String request : List.of(get("/x"), post("/x", SIZED, BODY),
                            post("/x", "Transfer-Encoding: chunked", CHUNK + "0\r\n\r\n"))) {
                        shed(gateway.port(), request);
                    }
                }
            });
        }
    }

    /// Until it has been refused some times.
    private static void shed(int port, String request) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        int refused = 0;
        while (refused < ROUNDS && System.nanoTime() < deadline) {
            String answer = RawClient.exchange(port, request);
            assertThat(answer).containsAnyOf("HTTP/1.1 200 ", "gateway.overloaded");
            refused += answer.startsWith("HTTP/1.1 503 ") ? 1 : 0;
        }
        assertThat(refused).isEqualTo(ROUNDS);
    }

    /// Each makes the gateway or the client's connection end early, most while a body is on its way.
    private static void refuse(int port) throws IOException {
        for (String request : List.of(
                post("/nowhere", SIZED, BODY),
                post("/posts", SIZED, BODY),
                post("/private/x", SIZED, BODY),
                post("/private/x", SIZED + "\r\nAuthorization: Bearer not.a.token", BODY),
                post("/limited/x", SIZED, BODY),
                post("/garbage/x", SIZED, BODY),
                post("/closed/x", SIZED, BODY),
                post("/silent/x", SIZED, BODY),
                post("/mirrored/x", SIZED, BODY),
                post("/good/../x", SIZED, BODY),
                post("/good/x", "Content-Length: 200000", BODY),
                post("/good/x", "Transfer-Encoding: chunked", CHUNK + CHUNK + CHUNK + CHUNK),
                post("/good/x", "Transfer-Encoding: chunked", CHUNK + "zz\r\n"),
                post("/good/x", SIZED + "\r\nTransfer-Encoding: chunked", CHUNK),
                post("/good/x", SIZED + "\r\nX-Large: " + "y".repeat(70_000), BODY),
                // methods that may be repeated, with bodies: held to be sent twice, passed as they come, too large, for nobody
                say("PUT", "/again/x", SIZED, BODY),
                say("PUT", "/again/x", "Transfer-Encoding: chunked", CHUNK + "0\r\n\r\n"),
                say("GET", "/again/x", SIZED, BODY),
                say("DELETE", "/closed/x", SIZED, BODY),
                say("PUT", "/garbage/x", SIZED, BODY),
                say("GET", "/good/x", "Transfer-Encoding: chunked", CHUNK + CHUNK + CHUNK + CHUNK),
                say("GET", "/large/x", "Transfer-Encoding: chunked", CHUNK.repeat(8)),
                // what stands behind the last request, whole and in part
                get("/good/x") + get("/good/leftover") + post("/good/leftover", SIZED, BODY.substring(1)),
                post("/good/x", SIZED, BODY) + BODY,
                get("/good/../x") + post("/good/leftover", SIZED, BODY),
                get("/hints/x"), get("/twice/x"), get("/switched/x"),
                get("/cut/x"),
                "nonsense that is no request\r\n\r\n" + BODY)) {
            assertThat(RawClient.exchange(port, request)).as(request.substring(0, 30)).startsWith("HTTP/1.1 ");
        }
    }

    private static void abort(int port, BadBackends backends) throws IOException, InterruptedException {
        for (String request : List.of(
                post("/good/upload", "Content-Length: 90000", BODY),
                post("/good/upload", "Transfer-Encoding: chunked", CHUNK),
                say("PUT", "/again/upload", "Content-Length: 90000", BODY),
                say("GET", "/again/upload", "Content-Length: 90000", BODY),
                say("GET", "/good/upload", "Transfer-Encoding: chunked", CHUNK),
                get("/hanging/download"))) {
            try (Socket socket = resetting(port)) {
                write(socket, request);
            }
        }
        for (String method : List.of("POST", "PUT", "GET")) {
            try (Socket socket = resetting(port)) {
                write(socket, say(method, "/patient/upload", SIZED, BODY));
                backends.patient.awaitHead(); // it has the body, or is about to; its client is gone before it answers
            }
        }
    }

    /// Says something and then nothing more, many at a time; the gateway ends each in its time.
    private static void hold(int port) throws IOException {
        List<Socket> held = new ArrayList<>();
        try {
            for (String request : List.of("GET /good/x HTTP/1.1\r\nHost: loc", "", "\r\n",
                    post("/good/x", SIZED, "half"), post("/good/x", "Transfer-Encoding: chunked", "9c40\r\nhalf"),
                    post("/good/x", "Transfer-Encoding: chunked", "1\r\nx\r\n0\r\nX-Half: "),
                    say("GET", "/good/x", SIZED, "half"), say("PUT", "/again/x", SIZED, "half"))) {
                held.add(new Socket(InetAddress.getLoopbackAddress(), port));
                held.getLast().setSoTimeout(20_000);
                write(held.getLast(), request);
            }
            for (Socket socket : held) {
                assertThat(RawClient.readAll(socket)).matches(answer -> answer.isEmpty() || answer.startsWith("HTTP/1.1 408 "));
            }
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    /// Asks for more than the buffers of both connections hold, and leaves it where it is.
    private static void readNothing(int port) throws IOException {
        try (AccessLines lines = AccessLines.listen(); Socket one = resetting(port); Socket other = resetting(port)) {
            write(one, get("/large/x"));
            write(other, get("/large/x"));

            assertThat(lines.atLeast("\"/large/x\"", 2)).hasSize(2);
        }
    }

    private static String post(String path, String fields, String body) {
        return say("POST", path, fields, body);
    }

    private static String say(String method, String path, String fields, String body) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields + "\r\n\r\n" + body;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }

    /// Ends with a reset, whatever is unread.
    private static Socket resetting(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoLinger(true, 0);
        return socket;
    }

    private static void write(Socket socket, String octets) throws IOException {
        socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }
}
