package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.reload.RouteWatcher;

import static org.assertj.core.api.Assertions.assertThat;

/// A file that changes one route leaves the others as they are: what was counted of them, who is under way and who is connected.
class ReloadIT {

    // The breaker judges after twenty calls.
    private static final int FAILURES = 19;

    private final TestUpstream good = TestUpstream.start();
    private final RawUpstream silent = RawUpstream.silentAfter("");
    private final RawUpstream garbage = RawUpstream.saying("SSH-2.0-OpenSSH_9.9\r\n\r\n");
    private final SocketUpstream sockets = SocketUpstream.agreeing();
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start(routes("none"), Map.of());
    }

    private String routes(String profile) {
        return """
                version: 1
                routes:
                  - { id: other, match: { path: /other }, upstream: "%1$s", access: public, security-headers: %5$s }
                  - { id: limited, match: { path: /limited }, upstream: "%1$s", access: public, limits: [{ name: two, per: ip, requests: 2, every: 1h }] }
                  - { id: full, match: { path: /full }, upstream: "%2$s", access: public, timeout: 1m, max-concurrent: { route: 1 } }
                  - { id: failing, match: { path: /failing }, upstream: "%3$s", access: public, retries: never }
                  - { id: socket, match: { path: /socket }, upstream: "%4$s", access: public, websocket: { max-per-user: 1 } }
                """
                .formatted(good.url(), silent.url(), garbage.url(), sockets.url(), profile);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        good.close();
        silent.close();
        garbage.close();
        sockets.close();
    }

    private void reload() throws Exception {
        RouteWatcher watcher = gateway.bean(RouteWatcher.class);
        gateway.rewrite(routes("page"));
        assertThat(Deadline.in(Duration.ofSeconds(60)).await(() -> watcher.state().reloads() == 1)).isTrue();
        assertThat(gateway.get("/other").headers().firstValue("X-Frame-Options")).as("of the new file").isPresent();
    }

    @Test
    void keepsWhatWasCountedOfRoutesThatStay() throws Exception {
        assertThat(gateway.get("/limited").statusCode()).isEqualTo(200);
        for (int i = 0; i < FAILURES; i++) {
            assertThat(gateway.get("/failing").body()).contains("upstream.bad_response");
        }
        reload();

        assertThat(gateway.get("/limited").statusCode()).isEqualTo(200);
        assertThat(gateway.get("/limited").statusCode()).isEqualTo(429);
        assertThat(gateway.get("/failing").body()).as("the twentieth").contains("upstream.bad_response");
        assertThat(gateway.get("/failing").body()).as("one more").contains("upstream.open");
    }

    @Test
    void keepsWhoIsUnderWayAndWhoIsConnected() throws Exception {
        try (Socket waiting = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                SocketPeer client = SocketPeer.ask(gateway.port(), "/socket");
                SocketPeer backend = sockets.next()) {
            waiting.getOutputStream().write("GET /full HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            silent.awaitHead();
            reload();

            HttpResponse<String> beside = gateway.get("/full");
            assertThat(beside.statusCode()).as("its place is taken").isEqualTo(503);
            try (SocketPeer second = SocketPeer.ask(gateway.port(), "/socket")) {
                assertThat(second.head()).as("its user has one").startsWith("HTTP/1.1 429 ");
            }
            client.say("still here");
            assertThat(backend.hear().text()).isEqualTo("still here");
        }
    }
}
