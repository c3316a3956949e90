package dev.gatehouse.gateway.framing.http2;

import java.io.IOException;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.handler.codec.http2.Http2Exception;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import dev.gatehouse.gateway.framing.Visitors;
import dev.gatehouse.gateway.pipeline.JarGateway;
import dev.gatehouse.gateway.pipeline.RecordingUpstream;

import static dev.gatehouse.gateway.framing.http2.FrameClient.CONTINUATION;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_STREAM;
import static dev.gatehouse.gateway.framing.http2.FrameClient.HEADERS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.NOTHING;
import static dev.gatehouse.gateway.framing.http2.FrameClient.RESET;
import static dev.gatehouse.gateway.framing.http2.FrameClient.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

/// What others notice while somebody floods the gateway as it ships with frames, over one connection after the other. See [Visitors].
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamFloodIT {

    private static final int FRAMES = 10_000;
    private static final int WARM_UP = 500;
    private static final int VISITS = 500;

    private final RecordingUpstream upstream = RecordingUpstream.start();
    private JarGateway gateway;

    @BeforeAll
    void start() throws Exception {
        gateway = JarGateway.start("""
                version: 1
                routes:
                  - { id: all, match: { path: /** }, upstream: "%s", access: public }
                """.formatted(upstream.url()), Map.of("GATEHOUSE_H2C", "on"));
        Visitors.waits(WARM_UP, this::visit);
    }

    @AfterAll
    void stop() {
        gateway.close();
        upstream.close();
    }

    private interface Flood {
        void frame(FrameClient client, int number) throws Exception;
    }

    @Test
    void rapidResetsKeepNobodyWaiting() throws Exception {
        keepsNobodyWaiting((client, i) -> {
            client.get(1 + 2 * i, "/flood");
            client.number(RESET, 1 + 2 * i, 8);
        });
    }

    @Test
    void resetsThatTheGatewayIsMadeToSendKeepNobodyWaiting() throws Exception {
        keepsNobodyWaiting((client, i) -> {
            client.get(1 + 2 * i, "/flood");
            client.number(WINDOW_UPDATE, 1 + 2 * i, 0);
        });
    }

    @Test
    void continuationsKeepNobodyWaiting() throws Exception {
        keepsNobodyWaiting(continuations((client, i) -> client.section("x" + i, "y".repeat(1_000))));
    }

    @Test
    void emptyContinuationsKeepNobodyWaiting() throws Exception {
        keepsNobodyWaiting(continuations((_, _) -> NOTHING));
    }

    private interface Payload {
        byte[] of(FrameClient client, int number) throws Exception;
    }

    /// A header section that never ends.
    private static Flood continuations(Payload payload) {
        return (client, i) -> {
            if (i == 0) {
                client.frame(HEADERS, END_STREAM, 1, client.section(":method", "GET", ":scheme", "http", ":path", "/flood"));
            }
            client.frame(CONTINUATION, 0, 1, payload.of(client, i));
        };
    }

    private void keepsNobodyWaiting(Flood flood) throws Exception {
        Visitors.Waits before = Visitors.waits(VISITS, this::visit);
        meanwhile(flood).areHardlyLongerThan(before);
    }

    /// The flood goes on until all visits have been paid.
    private Visitors.Waits meanwhile(Flood flood) throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> all = new CompletableFuture<>();
        Thread attack = Thread.ofPlatform().start(() -> {
            try {
                int sent = 0;
                while (sent < FRAMES || !enough.get()) {
                    sent += untilItHasHadEnough(flood);
                    if (sent >= FRAMES) {
                        all.complete(null);
                    }
                }
            } catch (Exception broken) {
                all.completeExceptionally(broken);
            }
        });
        Visitors.Waits waits = Visitors.waits(VISITS, all::isDone, this::visit);
        enough.set(true);
        attack.join();

        assertThat(all).isCompleted();
        return waits;
    }

    private int untilItHasHadEnough(Flood flood) throws Exception {
        int sent = 0;
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            for (; sent < FRAMES; sent++) {
                flood.frame(client, sent);
            }
            client.end();
        } catch (SocketException _) {
            // It has.
        }
        return Math.max(1, sent);
    }

    private void visit() throws IOException, Http2Exception {
        try (FrameClient other = FrameClient.greet(gateway.port())) {
            other.get(1, "/other");
            assertThat(other.answer(1).status()).isEqualTo(200);
        }
    }
}
