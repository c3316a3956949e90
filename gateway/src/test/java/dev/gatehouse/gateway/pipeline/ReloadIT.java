package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.reload.RouteWatcher;
import dev.gatehouse.gateway.reload.WideningPolicy;
import dev.gatehouse.gateway.routes.Routes;
import dev.gatehouse.gateway.tls.TestCertificates;

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

    private String issued(String issuer, Path keys, String access, String more) {
        return """
                version: 1
                issuers: { it: { issuer: "%1$s", jwks: "%2$s", audiences: [api], algorithms: [ES256] } }
                routes:
                  - { id: web, match: { path: /web }, upstream: "%3$s", access: %4$s }
                """.formatted(issuer, keys.toUri(), good.url(), access) + more;
    }

    private int web(String issuer) throws Exception {
        String token = TestTokens.validAt(Instant.now()).claim("iss", issuer).signed();
        return gateway.get("/web", "Authorization", "Bearer " + token).statusCode();
    }

    /// The files were there when the routes were checked.
    @Tag("slow")
    @Test
    void keepsOldRoutesWithOldIssuersWhereFilesOfNewOnesVanish(@TempDir Path folder) throws Exception {
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        Path authority = Files.writeString(folder.resolve("ca.pem"), TestCertificates.create().pem());
        Path file = Files.writeString(folder.resolve("routes.yml"), issued("https://old", keys, "signed-in", ""));
        LiveRoutes live = gateway.bean(LiveRoutes.class);
        AtomicBoolean vanish = new AtomicBoolean();
        try (RouteWatcher watcher = new RouteWatcher(file, _ -> null, routes -> exchange(live, routes, authority, vanish),
                Clock.systemUTC(), WideningPolicy.NONE)) {
            watcher.start();
            try (LogLines log = LogLines.of(RouteWatcher.class)) {
                vanish.set(true);
                Files.writeString(file, issued("https://new", keys, "optional",
                        """
                                  - { id: far, match: { path: /far }, upstream: far, access: public }
                                upstreams: { far: { instances: [{ url: "https://127.0.0.1:1" }], tls: { ca: ca.pem } } }
                                """));
                assertThat(Deadline.in(Duration.ofSeconds(60)).await(() -> watcher.state().refusals() > 0)).isTrue();

                assertThat(log.matching(line -> line.startsWith("ERROR ") && line.contains("could not be put in place")))
                        .isNotEmpty();
            }
            assertThat(gateway.get("/web").statusCode()).as("by the old rule").isEqualTo(401);
            assertThat(web("https://old")).as("of the old issuer").isEqualTo(200);
            assertThat(web("https://new")).as("of the new issuer").isEqualTo(401);
            assertThat(gateway.get("/far").statusCode()).as("new").isEqualTo(404);

            Files.writeString(authority, TestCertificates.create().pem());
            assertThat(Deadline.in(Duration.ofSeconds(60)).await(() -> watcher.state().reloads() == 1)).isTrue();
            assertThat(web("https://new")).isEqualTo(200);
            assertThat(gateway.get("/far").statusCode()).isEqualTo(502);
        }
    }

    private static void exchange(LiveRoutes live, Routes routes, Path authority, AtomicBoolean vanish) {
        if (vanish.getAndSet(false)) {
            assertThat(authority.toFile().delete()).isTrue();
        }
        live.accept(routes);
    }
}
