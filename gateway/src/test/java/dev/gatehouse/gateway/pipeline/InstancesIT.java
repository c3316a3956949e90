package dev.gatehouse.gateway.pipeline;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.upstream.Upstreams;

import static org.assertj.core.api.Assertions.assertThat;

/// Upstreams of several instances, some of which misbehave, behind a real gateway.
class InstancesIT {

    private static final RawUpstream MUTE = RawUpstream.saying("");
    private static final RawUpstream GARBAGE = RawUpstream.saying("SSH-2.0-OpenSSH_9.9\r\n\r\n");
    private static final RawUpstream UNWILLING = RawUpstream
            .saying("HTTP/1.1 503 No\r\nContent-Length: 4\r\nX-From: unwilling\r\n\r\nbusy");
    private static final TestUpstream GOOD = TestUpstream.start();
    private static final TestUpstream BESIDE = TestUpstream.start();
    private static final TestUpstream LAST = TestUpstream.start();
    private static HttpServer one;
    private static HttpServer two;
    private static ServerSocket stale;
    private static TestGateway gateway;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        one = named("one");
        two = named("two");
        stale = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(InstancesIT::answerOnce);
        StringBuilder upstreams = new StringBuilder("upstreams:\n");
        StringBuilder routes = new StringBuilder("routes:\n");
        for (int run = 0; run < 2; run++) {
            add(upstreams, routes, "closed" + run, "least-busy", "http://127.0.0.1:" + closedPort(), GOOD.url());
            add(upstreams, routes, "mute" + run, "least-busy", MUTE.url(), GOOD.url());
            add(upstreams, routes, "garbage" + run, "least-busy", GARBAGE.url(), GOOD.url());
            add(upstreams, routes, "unwilling" + run, "least-busy", UNWILLING.url(), GOOD.url());
        }
        add(upstreams, routes, "mute2", "least-busy", MUTE.url(), BESIDE.url());
        for (String body : List.of("short", "long", "unknown")) {
            add(upstreams, routes, body, "least-busy", MUTE.url(), LAST.url());
        }
        add(upstreams, routes, "unwilling2", "least-busy", UNWILLING.url(), BESIDE.url());
        add(upstreams, routes, "turns", "round-robin", url(one), url(two));
        add(upstreams, routes, "sticky", "hash:header:X-Tenant", url(one), url(two));
        add(upstreams, routes, "users", "hash:user", url(one), url(two));
        add(upstreams, routes, "alone", "least-busy", UNWILLING.url());
        add(upstreams, routes, "stale", "least-busy", "http://127.0.0.1:" + stale.getLocalPort());
        add(upstreams, routes, "posts", "least-busy", "http://localhost:" + stale.getLocalPort());
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        upstreams.insert(0, """
                version: 1
                issuers:
                  test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], algorithms: [ES256], typ: [at+jwt] }
                """.formatted(keys));
        gateway = TestGateway.start(upstreams.append(routes).toString(), Map.of());
    }

    private static void add(StringBuilder upstreams, StringBuilder routes, String id, String balance, String... urls) {
        upstreams.append("  %s: { balance: '%s', instances: [{ url: '%s' }] }%n".formatted(id, balance,
                String.join("' }, { url: '", urls)));
        routes.append(
                "  - { id: %s, match: { path: /%s }, upstream: %s, access: %s, timeout: 10s, retries: idempotent }%n"
                        .formatted(id, id, id, id.equals("users") ? "signed-in" : "public"));
    }

    private static HttpServer named(String name) throws IOException {
        HttpServer server = HttpServer.create(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, name.length());
                exchange.getResponseBody().write(name.getBytes(StandardCharsets.US_ASCII));
            }
        });
        server.start();
        return server;
    }

    private static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Every connection answers one request, offers to take more, and ends with a reset when the next one comes.
    private static void answerOnce() {
        while (!stale.isClosed()) {
            try {
                Socket accepted = stale.accept();
                Thread.ofVirtual().start(() -> {
                    try (Socket connection = accepted) {
                        readHead(connection.getInputStream());
                        connection.getOutputStream()
                                .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII));
                        readHead(connection.getInputStream());
                        connection.setSoLinger(true, 0);
                    } catch (IOException gone) {
                        // the gateway hung up first
                    }
                });
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void readHead(InputStream in) throws IOException {
        int matched = 0;
        while (matched < 4) {
            int c = in.read();
            if (c < 0) {
                return;
            }
            matched = c == "\r\n\r\n".charAt(matched) ? matched + 1 : c == '\r' ? 1 : 0;
        }
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        GOOD.close();
        BESIDE.close();
        LAST.close();
        one.stop(0);
        two.stop(0);
        stale.close();
        for (RawUpstream upstream : List.of(MUTE, GARBAGE, UNWILLING)) {
            upstream.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, closed0", "GET, mute0", "GET, garbage0", "GET, unwilling0", "PUT, mute1", "PUT, unwilling1",
            "DELETE, garbage1",
            "POST, closed1"})
    void hidesAFailingInstanceWhereRequestsMayBeRepeated(String method, String upstream) throws Exception {
        for (int i = 0; i < 20; i++) {
            HttpResponse<String> answer = gateway
                    .send(gateway.request("/" + upstream).method(method, method.equals("GET")
                            ? BodyPublishers.noBody()
                            : BodyPublishers.ofString("0123456789")));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("X-From")).isEmpty();
            assertThat(GOOD.next().bodyLength()).isEqualTo(method.equals("GET") ? 0 : 10);
        }
    }

    @ParameterizedTest
    @CsvSource({"mute2, 502", "unwilling2, 503"})
    void neverRepeatsAPostThatMayHaveArrived(String upstream, int status) throws Exception {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            seen.add(gateway.send(gateway.request("/" + upstream).POST(BodyPublishers.ofString("x"))).statusCode());
        }

        assertThat(seen).containsExactlyInAnyOrder(200, status);
        assertThat(gateway.bean(Upstreams.class).all()).filteredOn(each -> each.spec().id().equals(upstream))
                .singleElement().satisfies(each -> assertThat(each.inService()).as("after five failures in a row").isEqualTo(1));
    }

    /// A body is held only to be sent again, and then only up to 64 KiB.
    @ParameterizedTest
    @CsvSource({"short, 65536, true", "long, 65537, false", "unknown, 10, false"})
    void repeatsARequestOnlyWhenItsBodyIsAtHand(String upstream, int length, boolean repeated) throws Exception {
        byte[] body = new byte[length];
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            HttpRequest.BodyPublisher told = upstream.equals("unknown")
                    ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                    : BodyPublishers.ofByteArray(body);
            seen.add(gateway.send(gateway.request("/" + upstream).PUT(told)).statusCode());
        }

        assertThat(seen).isEqualTo(repeated ? Set.of(200) : Set.of(200, 502));
    }

    @Test
    void passesA503OnWhenNobodyElseCouldServe() throws Exception {
        HttpResponse<String> answer = gateway.get("/alone");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("busy");
    }

    @Test
    void takesTurns() throws Exception {
        String before = gateway.get("/turns").body();
        for (int i = 0; i < 6; i++) {
            String now = gateway.get("/turns").body();
            assertThat(now).isNotEqualTo(before);
            before = now;
        }
    }

    @Test
    void sendsTheSameTenantToTheSameInstance() throws Exception {
        Set<String> all = new HashSet<>();
        for (int tenant = 0; tenant < 20; tenant++) {
            String first = gateway.get("/sticky", "X-Tenant", "tenant " + tenant).body();
            assertThat(gateway.get("/sticky", "X-Tenant", "tenant " + tenant).body()).isEqualTo(first);
            all.add(first);
        }
        assertThat(all).containsExactlyInAnyOrder("one", "two");
    }

    /// Whichever of their tokens they bring, and though all come from one address.
    @Test
    void sendsTheSameUserToTheSameInstance() throws Exception {
        Set<String> all = new HashSet<>();
        for (int user = 0; user < 20; user++) {
            String first = gateway.get("/users", "Authorization", "Bearer " + token("user-" + user, "session-1")).body();
            assertThat(gateway.get("/users", "Authorization", "Bearer " + token("user-" + user, "session-2")).body())
                    .isEqualTo(first);
            all.add(first);
        }
        assertThat(all).containsExactlyInAnyOrder("one", "two");
    }

    private static String token(String user, String session) {
        return TestTokens.validAt(Instant.now()).claim("sub", user).claim("sid", session).signed(TestKeys.EC);
    }

    @Test
    void repeatsAGetOnAConnectionThatHadGoneStale() throws Exception {
        for (int i = 0; i < 60; i++) {
            assertThat(gateway.get("/stale").statusCode()).isEqualTo(200);
        }
    }

    /// As when a backend behind a virtual address is replaced: all connections that were kept are gone, and nobody has said so.
    @Test
    void noRequestIsLostWhenAllConnectionsHaveGoneStaleAtOnce() throws Exception {
        Callable<Integer> call = () -> gateway.get("/stale").statusCode();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 4; round++) {
                for (Future<Integer> each : callers.invokeAll(Collections.nCopies(40, call))) {
                    assertThat(each.get()).isEqualTo(200);
                }
            }
        }
    }

    /// It dies of each, and answers everything else.
    @Test
    void leavesABackendAloneWhoseConnectionsBreakOnEveryPost() throws Exception {
        int status = 200;
        for (int i = 0; i < 60 && status != 503; i++) {
            assertThat(gateway.get("/posts").statusCode()).isIn(200, 503);
            status = gateway.send(gateway.request("/posts").POST(BodyPublishers.ofString("x"))).statusCode();
        }
        assertThat(status).isEqualTo(503);
    }

    @Test
    void countsNothingAsUnderWayInTheEnd() throws Exception {
        gateway.get("/turns");
        // The answer reaches the client before its end is noted.
        Upstreams all = gateway.bean(Upstreams.class);
        for (int i = 0; i < 1_000 && !idle(all); i++) {
            gateway.get("/livez");
        }
        assertThat(idle(all)).isTrue();
    }

    private static boolean idle(Upstreams all) {
        return all.all().stream().flatMap(each -> each.instances().stream()).allMatch(instance -> instance.underWay() == 0);
    }
}
