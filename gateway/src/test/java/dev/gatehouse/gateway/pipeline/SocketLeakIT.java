package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;
import dev.gatehouse.gateway.tls.TestCertificates;

import static org.assertj.core.api.Assertions.assertThat;

/// WebSockets, pages, trailers, compressed answers, tokens, paths and TLS: whatever is refused or broken off there gives back the memory it took, see
/// [LeakWatch].
@Tag("slow")
class SocketLeakIT {

    private static final int ROUNDS = 4;
    private static final String TEXT = "0123456789 abcdefghij ".repeat(2_000);
    private static final byte[] LARGE = new byte[70_000];
    private static final byte[] TOO_LONG = new byte[2_000];

    @TempDir
    private Path folder;

    @Test
    void refusedBrokenAndEndedSocketsLoseNoBuffer() throws Exception {
        try (SocketUpstream backend = SocketUpstream.agreeing();
                SocketUpstream refusing = SocketUpstream
                        .start(_ -> "HTTP/1.1 401 Unauthorized\r\nContent-Length: " + TEXT.length() + "\r\n\r\n" + TEXT);
                SocketUpstream mute = SocketUpstream.start(_ -> "");
                SocketUpstream early = SocketUpstream
                        .start(client -> SocketUpstream.agreement(client, "", "") + "\u0081\u0005early");
                SocketUpstream lying = SocketUpstream
                        .start(client -> SocketUpstream.agreement(client, "", "").replace("Accept: ", "Accept: AAAA"))) {
            String routes = issuers()
                    + """
                              - { id: own, match: { path: /own }, upstream: "%1$s", access: signed-in, websocket: {} }
                              - { id: open, match: { path: /open }, upstream: "%1$s", access: public, websocket: {} }
                              - { id: small, match: { path: /small }, upstream: "%1$s", access: public, websocket: { max-frame: 1kB, idle-timeout: 1s } }
                              - { id: refusing, match: { path: /refusing }, upstream: "%2$s", access: public, websocket: {} }
                              - { id: mute, match: { path: /mute }, upstream: "%3$s", access: public, websocket: {}, timeout: 300ms }
                              - { id: early, match: { path: /early }, upstream: "%4$s", access: public, websocket: {} }
                              - { id: lying, match: { path: /lying }, upstream: "%5$s", access: public, websocket: {} }
                            """
                            .formatted(backend.url(), refusing.url(), mute.url(), early.url(), lying.url());
            LeakWatch.losesNothing(routes, Map.of(), gateway -> {
                for (int round = 0; round < ROUNDS; round++) {
                    refuseHandshakes(gateway.port());
                    endFrames(gateway.port(), backend);
                    breakOff(gateway.port(), backend, early);
                    expire(gateway.port(), backend);
                }
            });
        }
    }

    private static void refuseHandshakes(int port) throws IOException {
        for (String[] row : new String[][]{{"/own", "X-None: 1", "401"}, {"/own", "Origin: http://evil.example", "403"},
                {"/own", "Sec-WebSocket-Protocol: chat, bearer.x", "401"}, {"/own", "Authorization: Bearer x.y.z", "401"},
                {"/open", "Sec-WebSocket-Version: 13", "400"}, {"/refusing", "X-None: 1", "401"}, {"/lying", "X-None: 1", "502"},
                {"/mute", "X-None: 1", "504"}, {"/nowhere", "X-None: 1", "404"}, {"/open/../own", "X-None: 1", "400"}}) {
            try (SocketPeer client = SocketPeer.ask(port, row[0], row[1], "Connection: close")) {
                assertThat(client.head()).as(row[0]).startsWith("HTTP/1.1 " + row[2]);
            }
        }
    }

    private static void endFrames(int port, SocketUpstream backend) throws Exception {
        try (SocketPeer client = SocketPeer.ask(port, "/small"); SocketPeer upstream = backend.next()) {
            client.send(0x82, TOO_LONG);
            assertThat(client.hear().code()).isEqualTo(1009);
            assertThat(upstream.hear().code()).isEqualTo(1001);
        }
        try (SocketPeer client = SocketPeer.ask(port, "/open"); SocketPeer upstream = backend.next()) {
            client.send(0x81, TOO_LONG, false);
            assertThat(client.hear().code()).isEqualTo(1002);
            assertThat(upstream.hear().code()).isEqualTo(1001);
        }
        try (SocketPeer client = SocketPeer.ask(port, "/small"); SocketPeer upstream = backend.next()) {
            assertThat(client.hear().code()).as("nobody speaks").isEqualTo(1001);
            assertThat(upstream.hear().code()).isEqualTo(1001);
        }
    }

    /// Either side goes in the middle of a frame, with more on its way than the buffers of the connections hold.
    private static void breakOff(int port, SocketUpstream backend, SocketUpstream early) throws Exception {
        try (SocketPeer client = SocketPeer.ask(port, "/open"); SocketPeer upstream = backend.next()) {
            client.raw(new byte[]{(byte) 0x82, (byte) 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4, 5});
            client.socket().setSoLinger(true, 0);
            client.socket().close();
            assertThat(upstream.isHungUp()).isTrue();
        }
        try (SocketPeer client = SocketPeer.ask(port, "/open"); SocketPeer upstream = backend.next()) {
            upstream.raw(new byte[]{(byte) 0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0, 5});
            upstream.socket().setSoLinger(true, 0);
            upstream.socket().close();
            assertThat(client.isHungUp()).isTrue();
        }
        try (SocketPeer client = SocketPeer.ask(port, "/open", 4096); SocketPeer upstream = backend.next()) {
            Thread.ofVirtual().start(() -> sayMuch(upstream));
            assertThat(client.hear().payload()).hasSize(LARGE.length);
            client.socket().setSoLinger(true, 0);
            client.socket().close();
            assertThat(upstream.isHungUp()).isTrue();
        }
        try (SocketPeer client = SocketPeer.ask(port, "/early"); SocketPeer upstream = early.next()) {
            client.socket().setSoLinger(true, 0);
            client.socket().close();
            assertThat(upstream.isHungUp()).isTrue();
        }
    }

    private static void sayMuch(SocketPeer upstream) {
        try {
            for (int i = 0; i < 100; i++) {
                upstream.send(0x82, LARGE);
            }
        } catch (IOException gone) {
            // Its client has gone.
        }
    }

    private static void expire(int port, SocketUpstream backend) throws Exception {
        String token = TestTokens.validAt(Instant.now()).claim("exp", Instant.now().getEpochSecond() + 2).signed();
        try (SocketPeer client = SocketPeer.ask(port, "/own", "Authorization: Bearer " + token);
                SocketPeer upstream = backend.next()) {
            client.send(0x82, LARGE);
            assertThat(client.hear().code()).isEqualTo(4401);
            assertThat(upstream.hear().payload()).hasSize(LARGE.length);
        }
    }

    @Test
    void refusedTokensPathsPagesAndTrailersLoseNoBuffer() throws Exception {
        String chunk = "9c40\r\n" + "x".repeat(40_000) + "\r\n";
        try (RecordingUpstream good = RecordingUpstream.start();
                RawUpstream trailing = RawUpstream.saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk
                        + "0\r\nX-User-Id: root\r\nContent-Digest: d\r\n\r\n");
                RawUpstream cut = RawUpstream
                        .saying("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 900000\r\n\r\n" + TEXT);
                RawUpstream hanging = RawUpstream
                        .silentAfter("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 900000\r\n\r\n" + TEXT)) {
            String routes = issuers()
                    + """
                              - { id: api, match: { path: /api/** }, upstream: "%1$s", access: signed-in }
                              - { id: public, match: { path: /public/** }, upstream: "%1$s", access: public, cors: { origins: ["https://app.example"] } }
                              - { id: admin, match: { path: /admin/** }, upstream: "%1$s", access: { roles: [nobody] } }
                              - { id: svc, match: { path: /svc/** }, upstream: "%1$s/inside", access: public, strip-prefix: 1 }
                              - { id: trailing, match: { path: /trailing }, upstream: "%2$s", access: public }
                              - { id: cut, match: { path: /cut }, upstream: "%3$s", access: public, compression: always }
                              - { id: hanging, match: { path: /hanging }, upstream: "%4$s", access: public, compression: always, max-concurrent: { route: 1 } }
                            """
                            .formatted(good.url(), trailing.url(), cut.url(), hanging.url());
            List<Arguments> tokens = TokenAttackIT.attacks().toList();
            List<Arguments> paths = PathAttackIT.climbing().toList();
            LeakWatch.losesNothing(routes, Map.of(), gateway -> {
                for (Arguments row : tokens) {
                    assertThat(say(gateway, "POST /api/x", "Authorization: Bearer " + row.get()[1], chunked(chunk)))
                            .as(row.get()[0].toString()).startsWith("HTTP/1.1 401 ");
                }
                for (Arguments row : paths) {
                    assertThat(say(gateway, "POST " + row.get()[0], "X-None: 1", chunked(chunk))).as(row.get()[1].toString())
                            .startsWith("HTTP/1.1 400 ");
                }
                for (int round = 0; round < ROUNDS; round++) {
                    pages(gateway, chunk);
                    trailers(gateway, chunk);
                    compressed(gateway, hanging);
                }
            });
        }
    }

    private static void pages(TestGateway gateway, String chunk) throws IOException {
        String cookie = "Cookie: access_token=" + TestTokens.validAt(Instant.now()).signed();
        String asks = "Access-Control-Request-Method: POST\r\nOrigin: https://";
        assertThat(say(gateway, "OPTIONS /public/x", asks + "app.example", chunked(chunk))).startsWith("HTTP/1.1 204 ");
        assertThat(say(gateway, "OPTIONS /public/x", asks + "evil.example", chunked(chunk))).startsWith("HTTP/1.1 403 ");
        assertThat(say(gateway, "POST /api/x", cookie + "\r\nOrigin: https://evil.example", chunked(chunk)))
                .startsWith("HTTP/1.1 403 ");
        assertThat(say(gateway, "POST /admin/x", cookie + "\r\nOrigin: http://localhost", chunked(chunk)))
                .startsWith("HTTP/1.1 403 ");
    }

    private static void trailers(TestGateway gateway, String chunk) throws IOException {
        String body = "Transfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\nX-User-Id: root\r\nContent-Digest: d\r\n\r\n";
        assertThat(say(gateway, "POST /public/x", "Trailer: X-User-Id, Content-Digest", body)).startsWith("HTTP/1.1 200 ");
        assertThat(say(gateway, "POST /nowhere", "Trailer: X-User-Id, Content-Digest", body)).startsWith("HTTP/1.1 404 ");
        assertThat(say(gateway, "GET /trailing", "TE: trailers", "\r\n")).contains("Content-Digest: d").doesNotContain("root");
        assertThat(say(gateway, "GET /trailing", "X-None: 1", "\r\n")).startsWith("HTTP/1.1 200 ")
                .doesNotContain("Content-Digest: d");
    }

    /// Broken off by the backend, by the client, and refused beside one that is under way.
    private static void compressed(TestGateway gateway, RawUpstream hanging) throws IOException, InterruptedException {
        assertThat(say(gateway, "GET /cut", "Accept-Encoding: gzip", "\r\n")).containsIgnoringCase("content-encoding: gzip");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            client.getOutputStream().write("GET /hanging HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            hanging.awaitHead();
            assertThat(client.getInputStream().read()).isEqualTo('H');
            assertThat(say(gateway, "POST /hanging", "X-None: 1", chunked("1\r\nx\r\n"))).startsWith("HTTP/1.1 503 ");
            client.setSoLinger(true, 0);
        }
    }

    @Test
    void brokenAndRefusedTlsLosesNoBuffer() throws Exception {
        TestCertificates authority = TestCertificates.create();
        TestCertificates foreign = TestCertificates.create();
        try (RecordingUpstream good = RecordingUpstream.start()) {
            Map<String, String> settings = new HashMap<>(TestCertificates.settings(folder, authority.server("CN=gateway")));
            settings.put("GATEHOUSE_TLS_CLIENT_CA", Files.writeString(folder.resolve("clients.pem"), authority.pem()).toString());
            settings.put("GATEHOUSE_HEADER_TIMEOUT", "300ms");
            String routes = """
                    version: 1
                    routes:
                      - { id: shown, match: { path: /shown }, upstream: "%1$s", access: client-certificate }
                      - { id: open, match: { path: /open }, upstream: "%1$s", access: public }
                    """.formatted(good.url());
            String post = "POST /shown HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 44000\r\n\r\n" + TEXT;
            LeakWatch.losesNothing(routes, settings, gateway -> {
                for (int round = 0; round < ROUNDS; round++) {
                    assertThat(RawClient.exchange(gateway.port(), post)).as("plain HTTP").doesNotContain("HTTP/1.1");
                    assertThat(RawClient.exchange(gateway.port(), "\u0016\u0003\u0001")).as("half a handshake").isEmpty();
                    assertThat(secured(gateway.port(), authority.trusting(), post)).startsWith("HTTP/1.1 403 ");
                    assertThat(secured(gateway.port(), authority.insistingOn(foreign.client("CN=x")), post))
                            .startsWith("HTTP/1.1 403 ");
                    assertThat(secured(gateway.port(), authority.trusting(),
                            "GET /open HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + TEXT))
                            .startsWith("HTTP/1.1 400 ");
                    assertThat(secured(gateway.port(), authority.trusting(),
                            "GET /open HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 200 ");
                    abandon(gateway.port(), authority.trusting(), post);
                }
            });
        }
    }

    private static String secured(int port, SSLContext context, String request) throws IOException {
        try (Socket socket = context.getSocketFactory().createSocket("localhost", port)) {
            socket.setSoTimeout(20_000);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (IOException _) {
                // It has said no already; what it said is read below.
            }
            return RawClient.readAll(socket);
        }
    }

    /// Goes with a reset while a body is on its way.
    private static void abandon(int port, SSLContext context, String post) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        try (plain; Socket socket = context.getSocketFactory().createSocket(plain, "localhost", port, false)) {
            socket.getOutputStream().write(
                    post.substring(0, post.length() - 9).replace("/shown", "/open ").getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            plain.setSoLinger(true, 0);
            plain.close();
        } catch (IOException reset) {
            // That was the point.
        }
    }

    private String issuers() throws IOException {
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        return """
                version: 1
                issuers:
                  test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], cookie: access_token }
                routes:
                """.formatted(keys);
    }

    private static String chunked(String chunk) {
        return "Transfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\n\r\n";
    }

    /// @param rest more fields, the empty line and the body
    private static String say(TestGateway gateway, String request, String field, String rest) throws IOException {
        return RawClient.exchange(gateway.port(),
                request + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + field + "\r\n" + rest);
    }
}
