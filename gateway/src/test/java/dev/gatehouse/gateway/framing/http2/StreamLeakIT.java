package dev.gatehouse.gateway.framing.http2;

import java.net.SocketException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.pipeline.LeakWatch;
import dev.gatehouse.gateway.pipeline.RawUpstream;
import dev.gatehouse.gateway.pipeline.RecordingUpstream;

import static dev.gatehouse.gateway.framing.http2.FrameClient.CONTINUATION;
import static dev.gatehouse.gateway.framing.http2.FrameClient.DATA;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_HEADERS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_STREAM;
import static dev.gatehouse.gateway.framing.http2.FrameClient.HEADERS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.RESET;
import static org.assertj.core.api.Assertions.assertThat;

/// Refused, reset and broken streams, and connections that end with streams on them, give back the memory they took.
@Tag("slow")
class StreamLeakIT {

    private static final int ROUNDS = 4;
    // Every wait that the gateway ends, it ends after this time.
    private static final String SOON = "300ms";
    private static final byte[] PART = new byte[10_000];

    @Test
    void refusedResetAndBrokenStreamsLoseNoBuffer() throws Exception {
        try (RecordingUpstream good = RecordingUpstream.start();
                RawUpstream silent = RawUpstream.silentAfter("");
                RawUpstream large = RawUpstream
                        .saying("HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n" + "x".repeat(400_000))) {
            String routes = """
                    version: 1
                    defaults: { max-body: 100KB }
                    routes:
                      - { id: all, match: { path: /** }, upstream: "%s", access: public }
                      - { id: silent, match: { path: /silent/** }, upstream: "%s", access: public, timeout: 300ms }
                      - { id: large, match: { path: /large/** }, upstream: "%s", access: public }
                    """.formatted(good.url(), silent.url(), large.url());
            LeakWatch.losesNothing(routes,
                    Map.of("GATEHOUSE_H2C", "on", "GATEHOUSE_HEADER_TIMEOUT", SOON, "GATEHOUSE_BODY_TIMEOUT",
                            SOON, "GATEHOUSE_SEND_TIMEOUT", SOON, "GATEHOUSE_IDLE_TIMEOUT", SOON),
                    gateway -> {
                        for (int round = 0; round < ROUNDS; round++) {
                            refused(gateway.port());
                            ended(gateway.port());
                            abandoned(gateway.port());
                        }
                    });
        }
    }

    private static void refused(int port) throws Exception {
        for (StreamAttackIT.None none : StreamAttackIT.requestsThatAreNone().toList()) {
            try (FrameClient client = FrameClient.greet(port)) {
                client.request(1, false, none.fields().toArray(String[]::new));
                unlessItHasEnded(() -> client.frame(DATA, END_STREAM, 1, PART));
                assertThat(client.answer(1).status()).isNotEqualTo(200);
            }
        }
        for (String length : List.of("3", "20000", "2000000")) {
            try (FrameClient client = FrameClient.greet(port)) {
                client.post(1, "content-length", length);
                client.frame(DATA, END_STREAM, 1, PART);
                assertThat(client.answer(1).status()).isNotEqualTo(200);
            }
        }
    }

    /// By the gateway, in its time.
    private static void ended(int port) throws Exception {
        try (FrameClient client = FrameClient.greet(port)) {
            client.post(1, "content-length", "50000");
            client.frame(DATA, 0, 1, PART);
            assertThat(client.answer(1).status()).as("a body that stalls").isEqualTo(408);
        }
        try (FrameClient client = FrameClient.greet(port)) {
            client.get(1, "/silent/x");
            assertThat(client.answer(1).status()).as("an upstream that is silent").isEqualTo(504);
        }
        try (FrameClient client = FrameClient.greet(port)) {
            client.get(1, "/large/x");
            assertThat(client.answer(1).error()).as("an answer that nobody takes").isNotZero();
        }
        try (FrameClient client = FrameClient.greet(port)) {
            client.frame(HEADERS, END_STREAM, 1, client.section(":method", "GET"));
            client.frame(CONTINUATION, 0, 1, client.section("x", "y".repeat(1_000)));
            client.end();
        }
    }

    /// By the client, at once.
    private static void abandoned(int port) throws Exception {
        for (String path : List.of("/silent/x", "/large/x", "/post")) {
            try (FrameClient client = FrameClient.greet(port)) {
                client.request(1, false, ":method", "POST", ":scheme", "http", ":path", path, ":authority", "localhost");
                client.frame(DATA, 0, 1, PART);
                client.number(RESET, 1, 8);
                unlessItHasEnded(() -> client.frame(DATA, END_STREAM, 1, PART));
                unlessItHasEnded(() -> client.get(3, "/next"));
                client.answer(3);
            }
            try (FrameClient client = FrameClient.greet(port)) {
                client.request(1, false, ":method", "POST", ":scheme", "http", ":path", path, ":authority", "localhost");
                client.frame(DATA, 0, 1, PART);
            }
        }
        try (FrameClient client = FrameClient.greet(port)) {
            client.post(1);
            client.frame(DATA, 0, 1, PART);
            client.frame(HEADERS, END_HEADERS, 1, client.section("x-half", "trailers"));
            client.answer(1);
        }
    }

    private interface Step {
        void take() throws Exception;
    }

    /// The gateway may close the connection before all is written.
    private static void unlessItHasEnded(Step step) throws Exception {
        try {
            step.take();
        } catch (SocketException _) {
            // It has.
        }
    }
}
