package dev.gatehouse.gateway.framing.http2;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import dev.gatehouse.gateway.pipeline.JarGateway;
import dev.gatehouse.gateway.pipeline.RecordingUpstream;

import static dev.gatehouse.gateway.framing.http2.FrameClient.CONTINUATION;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_STREAM;
import static dev.gatehouse.gateway.framing.http2.FrameClient.HEADERS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.RESET;
import static org.assertj.core.api.Assertions.assertThat;

/// What others notice while somebody floods the gateway as it ships with frames, over one connection after the other.
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamFloodIT {

    private static final int FRAMES = 10_000;
    private static final int VISITS = 300;
    // Flood, gateway, backend and visitors share the cores of one machine.
    private static final Duration MOST = Duration.ofMillis(250);

    private final RecordingUpstream upstream = RecordingUpstream.start();
    private JarGateway gateway;

    @BeforeAll
    void start() throws Exception {
        gateway = JarGateway.start("""
                version: 1
                routes:
                  - { id: all, match: { path: /** }, upstream: "%s", access: public }
                """.formatted(upstream.url()), Map.of("GATEHOUSE_H2C", "on"));
        for (int i = 0; i < VISITS; i++) {
            visit();
        }
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
    void continuationsKeepNobodyWaiting() throws Exception {
        keepsNobodyWaiting((client, i) -> {
            if (i == 0) {
                client.frame(HEADERS, END_STREAM, 1, client.section(":method", "GET", ":scheme", "http", ":path", "/flood"));
            }
            client.frame(CONTINUATION, 0, 1, client.section("x" + i, "y".repeat(1_000)));
        });
    }

    private void keepsNobodyWaiting(Flood flood) throws Exception {
        CompletableFuture<Void> attack = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                for (int sent = 0; sent < FRAMES;) {
                    sent += untilItHasHadEnough(flood, FRAMES - sent);
                }
                attack.complete(null);
            } catch (Exception broken) {
                attack.completeExceptionally(broken);
            }
        });
        List<Duration> waits = new ArrayList<>();
        while (!attack.isDone() || waits.size() < VISITS) {
            waits.add(visit());
        }
        attack.get(1, TimeUnit.SECONDS);
        waits.sort(null);

        assertThat(waits.get(waits.size() * 99 / 100)).as("99 of 100 of %s visits", waits.size()).isLessThan(MOST);
    }

    private int untilItHasHadEnough(Flood flood, int most) throws Exception {
        int sent = 0;
        try (FrameClient client = FrameClient.greet(gateway.port())) {
            for (; sent < most; sent++) {
                flood.frame(client, sent);
            }
        } catch (SocketException _) {
            // It has.
        }
        return Math.max(1, sent);
    }

    private Duration visit() throws IOException, io.netty.handler.codec.http2.Http2Exception {
        long begun = System.nanoTime();
        try (FrameClient other = FrameClient.greet(gateway.port())) {
            other.get(1, "/other");
            assertThat(other.answer(1).status()).isEqualTo(200);
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
