package dev.gatehouse.gateway.resilience;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.HashedWheelTimer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// A connection of the pool that its backend has closed, which is noticed when the next request is about to go out on it: that request goes out once more,
/// a POST too, as long as nothing of it was sent.
class StaleConnectionsTests {

    private static final HashedWheelTimer TIMER = new HashedWheelTimer(5, TimeUnit.MILLISECONDS);

    private final TestGuard guard = new TestGuard(TIMER, Clock.systemUTC());
    private final ConnectionProvider pool = UpstreamLimits.DEFAULT.pool();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    @AfterAll
    static void stopTimer() {
        TIMER.stop();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        pool.dispose();
    }

    private void serve(Socket accepted) {
        try (Socket socket = accepted) {
            for (String head = head(socket.getInputStream()); !head.isEmpty(); head = head(socket.getInputStream())) {
                received.add(head.substring(0, head.indexOf("\r\n")));
                if (head.contains("/cut")) {
                    socket.setSoLinger(true, 0);
                    return;
                }
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException gone) {
            // The client hung up.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return "";
            }
            head.append((char) octet);
        }
        in.readNBytes(head.indexOf("POST") == 0 ? 4 : 0);
        return head.toString();
    }

    /// A POST through the guard, of a route that repeats none.
    @SuppressWarnings("FutureReturnValueIgnored") // the connection is not used again
    private void post(String path) {
        String address = "http://127.0.0.1:" + server.getLocalPort();
        HttpClient client = UpstreamLimits.DEFAULT.bounded(HttpClient.create(pool).doOnRequest((_, connection) -> {
            if (closing.compareAndSet(true, false)) {
                connection.channel().close(); // as if its end had just been noticed
            }
        }));
        Upload upload = guard.upload();
        Flux<ByteBuf> body = upload
                .watched(Flux.defer(() -> Flux.just(Unpooled.copiedBuffer("body", StandardCharsets.US_ASCII))));
        Mono<Void> call = client.headers(fields -> fields.set("Content-Length", 4)).post().uri(address + path)
                .send((_, out) -> out.send(body)).responseSingle((_, answer) -> answer.then());
        guard.around(address, Duration.ofSeconds(20), upload, call, () -> 200).block(Duration.ofSeconds(30));
    }

    @Test
    void costNoRequestThatWasNotSent() {
        post("/first");
        closing.set(true);
        post("/second");

        assertThat(closing).as("the connection of the pool was closed").isFalse();
        assertThat(received).containsExactly("POST /first HTTP/1.1", "POST /second HTTP/1.1");
    }

    @Test
    void areNoReasonToRepeatARequestThatWasSent() {
        post("/first");
        assertThatThrownBy(() -> post("/cut")).isInstanceOf(UpstreamFailure.class);

        assertThat(received).containsExactly("POST /first HTTP/1.1", "POST /cut HTTP/1.1");
    }
}
