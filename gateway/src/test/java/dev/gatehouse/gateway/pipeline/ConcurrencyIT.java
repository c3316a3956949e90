package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// A place among the requests that may be under way at once is taken once and given back once, however the request ends.
class ConcurrencyIT {

    private static final RawUpstream SILENT = RawUpstream.silentAfter("");
    /// One of its own for each test that waits until a request has arrived: what another has sent must not count.
    private static final RawUpstream WAITING = RawUpstream.silentAfter("");
    private static final RawUpstream NETWORK = RawUpstream.silentAfter("");
    private static final RawUpstream FULL = RawUpstream.silentAfter("");
    private static final RawUpstream HALF = RawUpstream.silentAfter("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    private static final RawUpstream CUT = RawUpstream.saying("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    private static final RawUpstream MUTE = RawUpstream.saying("");
    private static final RawUpstream UPGRADING = RawUpstream
            .saying("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    private static final TestUpstream GOOD = TestUpstream.start();
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        StringBuilder routes = new StringBuilder("version: 1\nroutes:\n");
        route(routes, "silent", SILENT.url(), "300ms", "user: 1");
        route(routes, "waiting", WAITING.url(), "1m", "user: 1");
        route(routes, "network", NETWORK.url(), "1m", "user: 1");
        route(routes, "half", HALF.url(), "10s", "user: 1");
        route(routes, "cut", CUT.url(), "10s", "user: 1");
        route(routes, "mute", MUTE.url(), "10s", "user: 1");
        route(routes, "upgrading", UPGRADING.url(), "10s", "user: 1");
        route(routes, "good", GOOD.url(), "10s", "user: 1");
        route(routes, "full", FULL.url(), "1m", "route: 1");
        gateway = TestGateway.start(routes.toString(), Map.of("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1/32"));
    }

    private static void route(StringBuilder routes, String id, String url, String timeout, String most) {
        routes.append(("  - { id: %s, match: { path: /%s }, upstream: '%s', access: public, timeout: %s, retries: never,"
                + " max-concurrent: { %s } }%n").formatted(id, id, url, timeout, most));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        GOOD.close();
        for (RawUpstream upstream : new RawUpstream[]{SILENT, WAITING, NETWORK, FULL, HALF, CUT, MUTE, UPGRADING}) {
            upstream.close();
        }
    }

    @Test
    void refusesAUsersRequestBesideAsManyAsEachMayHave() throws Exception {
        try (Socket _ = begun("/waiting", WAITING)) {
            HttpResponse<String> answer = gateway.get("/waiting");

            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.body()).contains("limit.exceeded");
        }
    }

    @Test
    void refusesARequestBesideAsManyAsTheRouteMayHave() throws Exception {
        try (Socket _ = begun("/full", FULL)) {
            HttpResponse<String> answer = gateway.get("/full");

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.body()).contains("gateway.overloaded");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/good", "/silent", "/cut", "/mute", "/upgrading"})
    void givesThePlaceBackWhateverTheUpstreamDoes(String path) throws Exception {
        for (int i = 0; i < 4; i++) {
            awaitPlace(path);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesThePlaceBackWhenTheClientLeavesInTheMiddle(boolean reset) throws Exception {
        try (Socket client = begun("/half", HALF)) {
            client.setSoLinger(reset, 0);
        }
        try (Socket client = awaitBegun()) {
            client.setSoLinger(true, 0);
        }
    }

    /// Whoever has one address of IPv6 has 2^64 of them.
    @Test
    void takesANetworkForOneUser() throws Exception {
        try (Socket _ = begun("/network", NETWORK, "X-Forwarded-For: 2001:db8::1\r\n")) {
            HttpResponse<String> neighbour = gateway
                    .send(gateway.request("/network").header("X-Forwarded-For", "2001:db8::ffff:2"));
            assertThat(neighbour.statusCode()).isEqualTo(429);

            begun("/network", NETWORK, "X-Forwarded-For: 2001:db8:0:1::1\r\n").close();
        }
    }

    private static Socket begun(String path, RawUpstream upstream) throws Exception {
        return begun(path, upstream, "");
    }

    private static Socket begun(String path, RawUpstream upstream, String fields) throws Exception {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        client.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n").getBytes(StandardCharsets.US_ASCII));
        upstream.awaitHead();
        return client;
    }

    /// One more request gets through to the upstream as soon as the last has gone.
    private static Socket awaitBegun() {
        return await().atMost(Duration.ofSeconds(20)).<Optional<Socket>>until(() -> {
            Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
            client.getOutputStream().write("GET /half HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] status = client.getInputStream().readNBytes("HTTP/1.1 200".length());
            if (new String(status, StandardCharsets.US_ASCII).endsWith("200")) {
                return Optional.of(client);
            }
            client.close();
            return Optional.empty();
        }, Optional::isPresent).orElseThrow();
    }

    /// The place is given back when the answer has ended, which its client may learn a moment before.
    private static void awaitPlace(String path) {
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).until(() -> {
            try {
                return gateway.send(gateway.request(path).timeout(Duration.ofSeconds(2))).statusCode() != 429;
            } catch (IOException cutOrSilent) {
                return true;
            }
        });
    }
}
