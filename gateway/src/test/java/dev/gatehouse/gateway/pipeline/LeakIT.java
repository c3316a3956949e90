package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Every refused, broken and aborted request gives back the memory it took: Netty follows each buffer (its paranoid level) and tells those that are
/// collected without having been released. One buffer is lost on purpose, to know that losses would have been told by then.
class LeakIT {

    private static final int ROUNDS = 8;
    private static final String LOST_ON_PURPOSE = "lost on purpose";
    private static final String BODY = "x".repeat(40_000);

    private final Logger log = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    private final List<String> leaks = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            leaks.add(event.getFormattedMessage());
        }
    };
    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();

    @BeforeEach
    void followEveryBuffer() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    /// Once the gateway has started: its start resets what listens to logs.
    private void listen() {
        appender.start();
        log.addAppender(appender);
    }

    @AfterEach
    void followNoMore() {
        log.detachAppender(appender);
        ResourceLeakDetector.setLevel(before);
    }

    @Test
    void refusedBrokenAndAbortedRequestsLoseNoBuffer() throws Exception {
        try (TestUpstream good = TestUpstream.start();
                RawUpstream garbage = RawUpstream.saying("SSH-2.0-OpenSSH_9.9\r\n\r\n");
                RawUpstream cut = RawUpstream.saying("HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + BODY);
                RawUpstream silent = RawUpstream.silentAfter("");
                RawUpstream hanging = RawUpstream.silentAfter("HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + BODY);
                TestGateway gateway = TestGateway.start(routes(good, garbage, cut, silent, hanging), Map.of())) {
            listen();
            for (int round = 0; round < ROUNDS; round++) {
                for (String request : refused()) {
                    assertThat(RawClient.exchange(gateway.port(), request)).as(request.substring(0, 30)).isNotEmpty();
                }
                abort(gateway.port(), post("/good/upload", "Content-Length: 90000", BODY));
                abort(gateway.port(), post("/good/upload", "Transfer-Encoding: chunked", "9c40\r\n" + BODY + "\r\n"));
                abort(gateway.port(), get("/hanging/download"));
                abort(gateway.port(), post("/silent/upload", "Content-Length: 40000", BODY));
            }
        }
        loseOneOnPurpose();
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50)).until(this::lossIsTold);

        assertThat(leaks).filteredOn(leak -> !leak.contains(LOST_ON_PURPOSE)).isEmpty();
    }

    private static String routes(TestUpstream good, RawUpstream garbage, RawUpstream cut, RawUpstream silent, RawUpstream hanging)
            throws IOException {
        return """
                version: 1
                issuers:
                  gatehouse: { issuer: "http://localhost", jwks: "http://127.0.0.1:%d/none", audiences: [api] }
                defaults: { timeout: 300ms, max-body: 100KB }
                routes:
                  - { id: good, match: { path: /good/** }, upstream: "%s", access: public }
                  - { id: posts, match: { path: /posts, methods: [PUT] }, upstream: "%s", access: public }
                  - { id: private, match: { path: /private/** }, upstream: "%s", access: signed-in }
                  - id: limited
                    match: { path: /limited/** }
                    upstream: "%s"
                    access: public
                    limits: [ { name: one, per: ip, requests: 1, every: 1h } ]
                  - { id: garbage, match: { path: /garbage/** }, upstream: "%s", access: public }
                  - { id: cut, match: { path: /cut/** }, upstream: "%s", access: public }
                  - { id: silent, match: { path: /silent/** }, upstream: "%s", access: public }
                  - { id: hanging, match: { path: /hanging/** }, upstream: "%s", access: public }
                  - { id: closed, match: { path: /closed/** }, upstream: "http://127.0.0.1:%d", access: public }
                """.formatted(closedPort(), good.url(), good.url(), good.url(), good.url(), garbage.url(), cut.url(),
                silent.url(),
                hanging.url(), closedPort());
    }

    /// Each makes the gateway or the client's connection end early, most while a body is on its way.
    private static List<String> refused() {
        String sized = "Content-Length: " + BODY.length();
        String chunk = "9c40\r\n" + BODY + "\r\n";
        return List.of(
                post("/nowhere", sized, BODY),
                post("/posts", sized, BODY),
                post("/private/x", sized, BODY),
                post("/private/x", sized + "\r\nAuthorization: Bearer not.a.token", BODY),
                post("/limited/x", sized, BODY),
                post("/garbage/x", sized, BODY),
                post("/closed/x", sized, BODY),
                post("/silent/x", sized, BODY),
                post("/good/../x", sized, BODY),
                post("/good/x", "Content-Length: 200000", BODY),
                post("/good/x", "Transfer-Encoding: chunked", chunk + chunk + chunk + chunk),
                post("/good/x", "Transfer-Encoding: chunked", chunk + "zz\r\n"),
                post("/good/x", sized + "\r\nTransfer-Encoding: chunked", chunk),
                post("/good/x", sized + "\r\nX-Large: " + "y".repeat(70_000), BODY),
                get("/cut/x"),
                "nonsense that is no request\r\n\r\n");
    }

    private static String post(String path, String fields, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields + "\r\n\r\n" + body;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }

    /// Says the bytes and hangs up hard, with a reset where something is unread.
    private static void abort(int port, String bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static void loseOneOnPurpose() {
        ByteBufAllocator.DEFAULT.buffer(16).touch(LOST_ON_PURPOSE);
    }

    private boolean lossIsTold() {
        System.gc();
        ByteBufAllocator.DEFAULT.buffer(16).release(); // the detector looks at its queue when the next buffer is taken
        return leaks.stream().anyMatch(leak -> leak.contains(LOST_ON_PURPOSE));
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
