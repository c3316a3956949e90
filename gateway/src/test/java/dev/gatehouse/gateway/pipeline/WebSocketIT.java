package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;

import dev.gatehouse.gateway.authentication.Issuers;
import dev.gatehouse.gateway.authentication.Revocations;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestRevocations;
import dev.gatehouse.gateway.authentication.TestTokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// WebSockets through a gateway, with both ends played octet by octet.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebSocketIT {

    private static final Duration LONG = Duration.ofSeconds(30);

    private SocketUpstream backend;
    private SocketUpstream refusing;
    private SocketUpstream mute;
    private SocketUpstream early;
    private SocketUpstream lying;
    private SocketUpstream choosing;
    private Path otherKeys;
    private DisposableServer echo;
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        backend = SocketUpstream.agreeing();
        refusing = SocketUpstream.start(_ -> "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Backend\r\n"
                + "Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"no\":\"way\"}");
        mute = SocketUpstream.start(_ -> "");
        early = SocketUpstream.start(client -> SocketUpstream.agreement(client, "", "") + "\u0081\u0005early");
        lying = SocketUpstream.start(client -> SocketUpstream.agreement(client, "", "").replace("Accept: ", "Accept: AAAA"));
        choosing = SocketUpstream.start(client -> SocketUpstream.agreement(client, "never-offered", ""));
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        otherKeys = Files.writeString(folder.resolve("other.json"), TestKeys.jwks(TestKeys.EC));
        StringBuilder routes = new StringBuilder(
                """
                        version: 1
                        issuers:
                          test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], typ: [at+jwt], cookie: access_token }
                          other: { issuer: "http://other", jwks: "file:%s", audiences: [api], typ: [at+jwt] }
                        routes:
                        """
                        .formatted(keys, otherKeys));
        route(routes, "open", backend, "access: public, websocket: {}");
        route(routes, "own", backend, "access: signed-in, websocket: { max-per-user: 2 }");
        route(routes, "other", backend, "access: signed-in, websocket: {}");
        route(routes, "small", backend, "access: public, websocket: { max-frame: 1kB, idle-timeout: 1s }");
        route(routes, "none", backend, "access: signed-in, retries: never");
        route(routes, "refusing", refusing, "access: public, websocket: {}");
        route(routes, "mute", mute, "access: public, websocket: {}, timeout: 300ms");
        route(routes, "early", early, "access: public, websocket: {}");
        route(routes, "lying", lying, "access: public, websocket: {}");
        route(routes, "choosing", choosing, "access: public, websocket: {}");
        echo = HttpServer.create().host("127.0.0.1").port(0).handle((_, response) -> response.sendWebsocket(
                (in, out) -> out.sendString(in.receive().asString().map(text -> "echo " + text)),
                WebsocketServerSpec.builder().protocols("chat").build())).bindNow();
        routes.append("  - { id: echo, match: { path: /echo }, upstream: 'http://127.0.0.1:%d', access: public, websocket: {} }%n"
                .formatted(echo.port()));
        gateway = TestGateway.start(routes.toString(), Map.of("GATEHOUSE_SEND_TIMEOUT", "60s"));
    }

    private static void route(StringBuilder routes, String id, SocketUpstream upstream, String rest) {
        routes.append("  - { id: %s, match: { path: /%s }, upstream: '%s', %s }%n".formatted(id, id, upstream.url(), rest));
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        echo.disposeNow();
        for (SocketUpstream upstream : List.of(backend, refusing, mute, early, lying, choosing)) {
            upstream.close();
        }
    }

    @AfterEach
    void everySocketIsForgotten() {
        await().atMost(LONG).until(() -> open() == 0);
    }

    private double open() {
        return gateway.bean(MeterRegistry.class).find("gatehouse.websockets.open").gauges().stream()
                .mapToDouble(gauge -> gauge.value()).sum();
    }

    private double closed(String reason) {
        return gateway.bean(MeterRegistry.class).find("gatehouse.websockets.closed").tag("reason", reason).counters().stream()
                .mapToDouble(counter -> counter.count()).sum();
    }

    private static TestTokens token() {
        return TestTokens.validAt(Instant.now());
    }

    private SocketPeer ask(String path, String... fields) throws IOException {
        return SocketPeer.ask(gateway.port(), path, fields);
    }

    private static String said(SocketPeer.Frame frame) {
        return Integer.toHexString(frame.first()) + " " + frame.text();
    }

    @Test
    void passesFramesAsTheyAre() throws Exception {
        try (SocketPeer client = ask("/open"); SocketPeer upstream = backend.next()) {
            assertThat(client.head()).startsWith("HTTP/1.1 101 ").contains("X-Backend: here", "X-Request-Id: ")
                    .containsIgnoringCase("connection: upgrade").doesNotContainIgnoringCase("transfer-encoding");
            client.send(0x01, "a ".getBytes(StandardCharsets.UTF_8));
            client.send(0x89, "ping".getBytes(StandardCharsets.UTF_8));
            client.send(0x80, "text".getBytes(StandardCharsets.UTF_8));
            assertThat(List.of(said(upstream.hear()), said(upstream.hear()), said(upstream.hear())))
                    .containsExactly("1 a ", "89 ping", "80 text");

            upstream.send(0x8a, "ping".getBytes(StandardCharsets.UTF_8));
            upstream.send(0x82, new byte[70_000]);
            assertThat(said(client.hear())).isEqualTo("8a ping");
            assertThat(client.hear().payload()).hasSize(70_000);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void passesCloseCodesBothWays(boolean byClient) throws Exception {
        try (SocketPeer client = ask("/open"); SocketPeer upstream = backend.next()) {
            (byClient ? client : upstream).close(4123);
            assertThat((byClient ? upstream : client).hear().code()).isEqualTo(4123);
            (byClient ? upstream : client).close(1000);
            assertThat((byClient ? client : upstream).hear().code()).isEqualTo(1000);
            assertThat(client.isHungUp()).isTrue();
            assertThat(upstream.isHungUp()).isTrue();
        }
    }

    @Test
    void passesWhatComesWithTheAgreement() throws Exception {
        try (SocketPeer client = ask("/early")) {
            assertThat(client.hear().text()).isEqualTo("early");
        }
        early.next().close();
    }

    @Test
    void aBackendsRefusalStaysWhatItIs() throws Exception {
        try (SocketPeer client = ask("/refusing", "Connection: close")) {
            assertThat(client.head()).startsWith("HTTP/1.1 401 ").contains("WWW-Authenticate: Backend");
            assertThat(client.rest()).isEqualTo("{\"no\":\"way\"}");
        }
    }

    @ParameterizedTest
    @CsvSource({"/lying,502,upstream.bad_response", "/choosing,502,upstream.bad_response", "/mute,504,upstream.timeout"})
    void answersForAnUpstreamThatDoesNotAgree(String path, int status, String code) throws Exception {
        try (SocketPeer client = ask(path, "Connection: close")) {
            assertThat(client.head()).startsWith("HTTP/1.1 " + status);
            assertThat(client.rest()).contains(code);
        }
    }

    @Test
    void takesATokenFromASubprotocolAndTellsNobody() throws Exception {
        String token = token().signed();
        try (SocketPeer client = ask("/own", "Sec-WebSocket-Protocol: bearer." + token + ", chat.v1, chat.v2");
                SocketPeer upstream = backend.next()) {
            assertThat(client.field("Sec-WebSocket-Protocol")).isEqualTo("chat.v1");
            assertThat(client.head()).doesNotContain(token);
            assertThat(upstream.field("Sec-WebSocket-Protocol")).isEqualTo("chat.v1, chat.v2");
            assertThat(upstream.field("X-User-Id")).isEqualTo("alice");
            assertThat(upstream.field("X-Gatehouse-Assertion")).isNotEmpty();
            assertThat(upstream.head()).doesNotContain(token, "Authorization");
        }
    }

    @Test
    void tellsTheBackendOfNobodyElseWhateverTheHandshakeSays() throws Exception {
        try (SocketPeer client = ask("/own", "Authorization: Bearer " + token().signed(), "X-User-Id: root", "X_User_Id: root",
                "x.user.roles: admin", "X-User-Scopes: all", "X-Session-Id: s", "X-Gatehouse-Assertion: forged",
                "X_Gatehouse-Assertion: forged", "X-Forwarded-For: 1.2.3.4", "Forwarded: for=1.2.3.4", "X-Real-IP: 1.2.3.4",
                "X-Original-URL: /admin", "X-HTTP-Method-Override: DELETE", "X-Hop: 1",
                "Connection: X-User-Id, X-Gatehouse-Assertion, X-Forwarded-For, X-Hop"); SocketPeer upstream = backend.next()) {
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(
                    upstream.head().lines().filter(line -> line.toLowerCase(Locale.ROOT).matches("x[-_.]user[-_.].*")).toList())
                    .containsExactlyInAnyOrder("X-User-Id: alice", "X-User-Name: alice", "X-User-Email: alice@example.com",
                            "X-User-Roles: user,admin", "X-User-Scopes: orders:read orders:write");
            assertThat(upstream.head()).containsOnlyOnce("X-Forwarded-For: 127.0.0.1\r\n")
                    .doesNotContainIgnoringCase("1.2.3.4", "forged", "x-real-ip", "x-original-url", "method-override", "x-hop",
                            "x-session-id: s\r\n");
            assertThat(upstream.field("X-Gatehouse-Assertion").split("\\.", -1)).as("a signed one").hasSize(3);
        }
    }

    @Test
    void tellsNoBackendOfATokenWhereThereAreNoSockets() throws Exception {
        String token = token().signed();
        Thread.ofVirtual().start(() -> {
            try {
                ask("/none", "Authorization: Bearer " + token, "Sec-WebSocket-Protocol: bearer." + token + ", chat").close();
            } catch (IOException unread) {
                // Only what the backend got counts.
            }
        });
        try (SocketPeer upstream = backend.next()) {
            assertThat(upstream.head()).doesNotContain(token).doesNotContainIgnoringCase("upgrade", "sec-websocket");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "-", value = {
            "/own  | -                                   | -                                  | 401",
            "/own  | Sec-WebSocket-Protocol: chat        | -                                  | 401",
            "/own  | Sec-WebSocket-Protocol: chat, bearer.x | -                               | 401",
            "/own  | Sec-WebSocket-Protocol: bearer.x    | -                                  | 400",
            "/own  | Sec-WebSocket-Protocol: a, bearer.  | -                                  | 400",
            "/own  | Sec-WebSocket-Protocol: a, bearer.TOKEN, bearer.x | -                    | 400",
            "/own  | Sec-WebSocket-Protocol: a, bearer.TOKEN, bearer.TOKEN | -                | 400",
            "/own  | Sec-WebSocket-Protocol: a, bearer.x | Sec-WebSocket-Protocol: bearer.TOKEN | 400",
            "/own  | Sec-WebSocket-Protocol: a, bearer.x,TOKEN | -                            | 401",
            "/own  | Sec-WebSocket-Protocol: a, \"bearer.TOKEN,x\" | -                        | 400",
            "/own  | Sec-WebSocket-Protocol: a, BEARER.TOKEN | -                              | 401",
            "/own  | Authorization: Basic YTpi           | Sec-WebSocket-Protocol: a, bearer.TOKEN | 400",
            "/own  | Cookie: access_token=TOKEN          | Sec-WebSocket-Protocol: a, bearer.x | 400",
            "/own  | Authorization: Bearer TOKEN         | Sec-WebSocket-Protocol: a, bearer.TOKEN | 400",
            "/own  | Cookie: access_token=TOKEN          | -                                  | 403",
            "/own  | Cookie: access_token=TOKEN          | Origin: http://evil.example        | 403",
            "/own  | Sec-WebSocket-Protocol: a, bearer.TOKEN | Origin: http://evil.example    | 403",
            "/own  | Cookie: access_token=TOKEN          | Origin: http://gate.example.com    | 101",
            "/own  | Authorization: Bearer TOKEN         | -                                  | 101",
            "/open | Sec-WebSocket-Version: 13           | -                                  | 400"})
    void asksWhoWantsASocket(String path, String first, String second, int status) throws Exception {
        String token = token().claim("sid", "session-a").signed();
        try (SocketPeer client = ask(path, field(first, token), field(second, token))) {
            assertThat(client.head()).startsWith("HTTP/1.1 " + status);
            if (status == 101) {
                backend.next().close();
            }
        }
        assertThat(backend.isAlone()).isTrue();
    }

    private static String field(String text, String token) {
        return text == null ? "X-None: 1" : text.replace("TOKEN", token);
    }

    @Test
    void endsASocketWhoseTokenHasExpired() throws Exception {
        String token = token().claim("exp", Instant.now().getEpochSecond() + 2).signed();
        double before = closed("expired");
        try (SocketPeer client = ask("/own", "Authorization: Bearer " + token); SocketPeer upstream = backend.next()) {
            assertThat(client.hear().code()).isEqualTo(4401);
            assertThat(upstream.hear().code()).isEqualTo(1001);
            client.close(4401);
            assertThat(client.isHungUp()).isTrue();
            assertThat(upstream.isHungUp()).isTrue();
        }
        assertThat(closed("expired")).isEqualTo(before + 1);
    }

    @Test
    void endsASocketWhoseSessionHasEnded() throws Exception {
        try (AccessLines log = AccessLines.listen()) {
            String token = token().claim("sid", "session-revoked").signed();
            try (SocketPeer client = ask("/own", "Authorization: Bearer " + token); SocketPeer upstream = backend.next()) {
                client.say("hello");
                assertThat(upstream.hear().text()).isEqualTo("hello");
                TestRevocations.revoke(gateway.bean(Revocations.class), "session-revoked");
                assertThat(client.hear().code()).isEqualTo(4401);
                assertThat(client.isHungUp()).as("though it says nothing to that").isTrue();
            }
            assertThat(log.atLeast(1)).singleElement().asString().contains("\"status\":101", "\"user\":\"alice\"",
                    "websocket: revoked, 4401").doesNotContain("broken");
        }
    }

    @Tag("slow")
    @Test
    void endsASocketWhoseKeyIsWithdrawn() throws Exception {
        String token = token().claim("iss", "http://other").signed();
        try (SocketPeer client = ask("/other", "Authorization: Bearer " + token); SocketPeer upstream = backend.next()) {
            assertThat(client.head()).startsWith("HTTP/1.1 101");
            Files.writeString(otherKeys, TestKeys.jwks(TestKeys.RSA));
            gateway.bean(Issuers.class).refresh("other");

            assertThat(client.hear().code()).isEqualTo(4401);
            assertThat(upstream.hear().code()).isEqualTo(1001);
        }
    }

    @Test
    void waitsForTheEndOfAFrameToSayItsOwnWord() throws Exception {
        String token = token().claim("sid", "session-framed").signed();
        try (SocketPeer client = ask("/own", "Authorization: Bearer " + token); SocketPeer upstream = backend.next()) {
            upstream.raw(new byte[]{(byte) 0x82, 4, 'a', 'b'});
            assertThat(client.socket().getInputStream().readNBytes(4)).containsExactly(0x82, 4, 'a', 'b');
            TestRevocations.revoke(gateway.bean(Revocations.class), "session-framed");
            assertThat(upstream.hear().code()).as("the side that can be told at once").isEqualTo(1001);
            upstream.raw(new byte[]{'c', 'd', (byte) 0x81, 1, 'x'});
            assertThat(client.socket().getInputStream().readNBytes(2)).containsExactly('c', 'd');
            assertThat(client.hear().code()).isEqualTo(4401);
        }
    }

    @Test
    void letsNobodyHaveMoreThanTheyMay() throws Exception {
        String alice = "Authorization: Bearer " + token().signed();
        try (SocketPeer one = ask("/own", alice); SocketPeer two = ask("/own", alice)) {
            assertThat(one.head() + two.head()).contains("101 ");
            try (SocketPeer three = ask("/own", alice, "Connection: close")) {
                assertThat(three.head()).startsWith("HTTP/1.1 429").contains("Retry-After: 1");
                assertThat(three.rest()).contains("limit.exceeded");
            }
            try (SocketPeer bob = ask("/own", "Authorization: Bearer " + token().claim("sub", "bob").signed())) {
                assertThat(bob.head()).startsWith("HTTP/1.1 101");
            }
        }
        await().atMost(LONG).until(() -> {
            try (SocketPeer again = ask("/own", alice)) {
                return again.head().startsWith("HTTP/1.1 101");
            }
        });
        while (!backend.isAlone()) {
            backend.next().close();
        }
    }

    @Test
    void endsASocketWithAFrameThatIsTooLong() throws Exception {
        try (SocketPeer client = ask("/small"); SocketPeer upstream = backend.next()) {
            client.send(0x82, new byte[1001]);
            assertThat(client.hear().code()).isEqualTo(1009);
            assertThat(upstream.hear().code()).isEqualTo(1001);
        }
    }

    @Test
    void endsASocketWithAFrameThatIsNotMasked() throws Exception {
        try (SocketPeer client = ask("/open"); SocketPeer upstream = backend.next()) {
            client.send(0x81, "hello".getBytes(StandardCharsets.UTF_8), false);
            assertThat(client.hear().code()).isEqualTo(1002);
            assertThat(upstream.hear().code()).isEqualTo(1001);
        }
    }

    @Test
    void endsASocketOnWhichNobodySpeaks() throws Exception {
        try (SocketPeer client = ask("/small"); SocketPeer upstream = backend.next()) {
            assertThat(client.hear().code()).isEqualTo(1001);
            assertThat(upstream.hear().code()).isEqualTo(1001);
        }
    }

    @Test
    void tellsOneSideWhenTheOtherIsLost() throws Exception {
        try (SocketPeer client = ask("/open"); SocketPeer upstream = backend.next()) {
            upstream.socket().setSoLinger(true, 0);
            upstream.socket().close();
            assertThat(client.hear().code()).isEqualTo(1014);
        }
        try (SocketPeer client = ask("/open"); SocketPeer upstream = backend.next()) {
            client.socket().close();
            assertThat(upstream.hear().code()).isEqualTo(1001);
            assertThat(upstream.isHungUp()).isTrue();
        }
    }

    @Test
    void agreesOnAnExtensionForBothEnds() throws Exception {
        try (SocketPeer client = ask("/open", "Sec-WebSocket-Extensions: permessage-deflate");
                SocketPeer upstream = backend.next()) {
            assertThat(client.field("Sec-WebSocket-Extensions")).isEqualTo("permessage-deflate");
            client.send(0xc1, new byte[]{1, 2, 3});
            assertThat(upstream.hear().first()).isEqualTo(0xc1);
        }
    }

    /// A client and a server that this project did not write.
    @Test
    void standsBetweenTheJdksClientAndReactorNettysServer() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            WebSocket socket = client.newWebSocketBuilder().subprotocols("chat", "bearer.token")
                    .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + "/echo"), new Listener(heard))
                    .get(30, TimeUnit.SECONDS);
            assertThat(socket.getSubprotocol()).isEqualTo("chat");
            socket.sendText("hello", true).get(30, TimeUnit.SECONDS);
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("echo hello");
            socket.sendPing(ByteBuffer.wrap(new byte[]{1})).get(30, TimeUnit.SECONDS);
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("pong");
            socket.sendClose(4000, "enough").get(30, TimeUnit.SECONDS);
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("closed 4000");
        }
    }

    private record Listener(BlockingQueue<String> heard) implements WebSocket.Listener {

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            heard.add(text.toString());
            return WebSocket.Listener.super.onText(socket, text, last);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            heard.add("pong");
            return WebSocket.Listener.super.onPong(socket, message);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("closed " + code);
            return CompletableFuture.completedStage(null);
        }
    }

    /// Neither can say more than the buffers between the two ends take.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsNoFasterThanTheOtherSideDoes(boolean upstreamSays) throws Exception {
        try (SocketPeer client = SocketPeer.ask(gateway.port(), "/open", 8192); SocketPeer upstream = backend.next()) {
            SocketPeer from = upstreamSays ? upstream : client;
            SocketPeer to = upstreamSays ? client : upstream;
            AtomicLong sent = new AtomicLong();
            Thread writer = Thread.ofVirtual().start(() -> {
                byte[] part = new byte[64 * 1024];
                try {
                    for (int i = 0; i < 1024; i++) {
                        from.send(0x82, part);
                        sent.addAndGet(part.length);
                    }
                } catch (IOException closed) {
                    // The test is over.
                }
            });
            long stuckAt = awaitStandstill(sent);
            assertThat(stuckAt).as("octets on their way").isLessThan(24L << 20);
            long heard = 0;
            for (int i = 0; i < 1024; i++) {
                heard += to.hear().payload().length;
            }
            assertThat(heard).isEqualTo(64L << 20);
            writer.join();
        }
    }

    private static long awaitStandstill(AtomicLong sent) {
        AtomicLong last = new AtomicLong(-1);
        return await().atMost(LONG).pollInterval(Duration.ofMillis(300)).until(() -> {
            long now = sent.get();
            return last.getAndSet(now) == now ? now : -1;
        }, still -> still > 0);
    }
}
