package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/// One client, with as many addresses as a /64 has, brings tokens that nobody knows while the issuer takes its time over each.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IntrospectionFloodIT {

    private static final int FLOOD = 65; // one more than the issuer is asked about at once
    private static final int SHARE = 32;

    private final CountDownLatch full = new CountDownLatch(SHARE);
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private HttpServer issuer;
    private TestGateway gateway;

    @BeforeAll
    void start() throws IOException {
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.setExecutor(threads);
        issuer.createContext("/", this::answer);
        issuer.start();
        gateway = TestGateway.start(
                """
                        version: 1
                        issuers:
                          a: { issuer: "https://a.example", audiences: [api], introspection: { url: "http://127.0.0.1:%d/", client-id: g, client-secret: s, timeout: 10s } }
                        routes:
                          - { id: a, match: { path: /** }, upstream: "%s", access: signed-in }
                        """
                        .formatted(issuer.getAddress().getPort(), upstream.url()),
                Map.of("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1/32"));
    }

    @AfterAll
    void stop() {
        over.countDown();
        threads.close();
        gateway.close();
        issuer.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean good = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII)
                    .startsWith("token=good");
            if (!good) {
                asked.incrementAndGet();
                full.countDown();
                over.await();
            }
            byte[] body = JSONObjectUtils.toJSONString(good
                    ? Map.of("active", true, "sub", "carol", "aud", "api", "exp", Instant.now().plusSeconds(300).getEpochSecond())
                    : Map.of("active", false)).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    private String get(String token, String client) throws IOException {
        return RawClient.exchange(gateway.port(), "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "X-Forwarded-For: " + client + "\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    }

    @Test
    void keepsNobodyElseFromAnAnswer() throws Exception {
        List<Future<String>> flood = new ArrayList<>();
        for (int i = 0; i < FLOOD; i++) {
            String client = "2001:db8::" + Integer.toHexString(i + 1);
            String token = "random-" + i;
            flood.add(threads.submit(() -> get(token, client)));
        }
        assertThat(full.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(get("good", "2001:db8:0:1::1")).startsWith("HTTP/1.1 200 ");

        assertThat(asked).hasValue(SHARE);
        assertThat(flood).noneMatch(Future::isDone);
        over.countDown();
        for (Future<String> each : flood) {
            assertThat(each.get()).startsWith("HTTP/1.1 401 ");
        }
    }
}
