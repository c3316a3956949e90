package dev.gatehouse.gateway.resilience;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.netty.util.HashedWheelTimer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.resources.ConnectionProvider;

import static org.assertj.core.api.Assertions.assertThat;

/// Clients that break off their uploads must not be able to turn an upstream off for everybody.
class LeavingClientsTests {

    private static final int CLIENTS = 60;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final HashedWheelTimer timer = new HashedWheelTimer(5, TimeUnit.MILLISECONDS);
    private final TestGuard guard = new TestGuard(timer, Clock.systemUTC());
    private final ConnectionProvider pool = UpstreamLimits.DEFAULT.pool();
    private final CountDownLatch arrived = new CountDownLatch(CLIENTS);
    private final CountDownLatch ended = new CountDownLatch(CLIENTS);
    private ServerSocket upstream;
    private DisposableServer gateway;

    @BeforeEach
    void start() throws IOException {
        upstream = new ServerSocket(0, 500, LOOPBACK);
        Thread.ofVirtual().start(this::acceptForever);
        HttpClient client = UpstreamLimits.DEFAULT.bounded(HttpClient.create(pool));
        gateway = HttpServer.create().host("127.0.0.1").port(0).handle((request, _) -> forward(client, request)).bindNow();
    }

    private Mono<Void> forward(HttpClient client, HttpServerRequest request) {
        String url = "http://127.0.0.1:" + upstream.getLocalPort();
        Upload upload = guard.upload();
        Mono<Void> call = client.post().uri(url).send(upload.watched(request.receive().retain())).response().then();
        return guard.around(url, Duration.ofSeconds(30), upload, call, () -> 200).doFinally(_ -> ended.countDown());
    }

    private void acceptForever() {
        while (!upstream.isClosed()) {
            try {
                Socket connection = upstream.accept();
                Thread.ofVirtual().start(() -> readForever(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void readForever(Socket connection) {
        try (connection) {
            connection.getInputStream().read();
            arrived.countDown();
            connection.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            // the gateway gave the request up, as it should
        }
    }

    @AfterEach
    void stop() throws IOException {
        gateway.disposeNow();
        pool.dispose();
        upstream.close();
        timer.stop();
    }

    @ParameterizedTest(name = "reset: {0}")
    @ValueSource(booleans = {true, false})
    void doNotOpenTheBreaker(boolean reset) throws Exception {
        Socket[] clients = new Socket[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] = new Socket(LOOPBACK, gateway.port());
            clients[i].getOutputStream().write(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nbegin".getBytes(StandardCharsets.ISO_8859_1));
        }
        assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
        for (Socket client : clients) {
            if (reset) {
                client.setSoLinger(true, 0);
            }
            client.close();
        }
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(guard.states()).containsValue("CLOSED").hasSize(1);
    }
}
