package dev.gatehouse.gateway.resilience;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import io.netty.util.HashedWheelTimer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import dev.gatehouse.gateway.resilience.UpstreamFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/// What the HTTP client really throws when upstreams really misbehave.
class UpstreamFaultsTests {

    private static final HashedWheelTimer TIMER = new HashedWheelTimer(5, TimeUnit.MILLISECONDS);
    private static final UpstreamLimits LIMITS = new UpstreamLimits(Duration.ofMillis(300), 1, 1, Duration.ofMillis(300),
            Duration.ofSeconds(20),
            Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofSeconds(30), 16 * 1024);
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final ConnectionProvider pool = LIMITS.pool();
    private final HttpClient client = LIMITS.bounded(HttpClient.create(pool));
    private final TestGuard guard = new TestGuard(TIMER, Clock.systemUTC());
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        pool.dispose();
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @AfterAll
    static void stopTimer() {
        TIMER.stop();
    }

    private Mono<Void> get(String url) {
        return guard.around(url, Duration.ofSeconds(5), Upload.NONE, client.get().uri(url).response().then(), () -> 200);
    }

    private Kind failure(String url) {
        Throwable failure = catchThrowable(() -> get(url).block(Duration.ofSeconds(10)));
        assertThat(failure).isInstanceOf(UpstreamFailure.class);
        return ((UpstreamFailure) failure).kind();
    }

    /// A server that reads the beginning of a request, says this and closes; with a reset when it says nothing.
    private String server(String says) throws IOException {
        ServerSocket socket = new ServerSocket(0, 50, LOOPBACK);
        opened.add(socket);
        serve(socket, says, ConcurrentHashMap.newKeySet());
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    private static void serve(ServerSocket socket, String says, Set<InetAddress> asked) {
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                    asked.add(connection.getLocalAddress());
                    connection.getInputStream().read(new byte[1024]);
                    if (says.isEmpty()) {
                        connection.setSoLinger(true, 0);
                    } else {
                        connection.getOutputStream().write(says.getBytes(StandardCharsets.ISO_8859_1));
                    }
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    /// Accepts connections and never answers.
    private String silent() throws IOException {
        ServerSocket socket = new ServerSocket(0, 50, LOOPBACK);
        opened.add(socket);
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    @Test
    void nobodyListens() throws IOException {
        ServerSocket socket = new ServerSocket(0, 1, LOOPBACK);
        socket.close();
        assertThat(failure("http://127.0.0.1:" + socket.getLocalPort())).isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void nobodyAcceptsWithinTheConnectTime() throws IOException {
        ServerSocket full = new ServerSocket(0, 1, LOOPBACK);
        opened.add(full);
        // Linux lets one more in than the backlog says; everybody after that is not answered.
        for (int i = 0; i < 2; i++) {
            opened.add(new Socket(LOOPBACK, full.getLocalPort()));
        }
        assertThat(failure("http://127.0.0.1:" + full.getLocalPort())).isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void hostDoesNotExist() {
        assertThat(failure("http://no-such-host.invalid")).isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void spreadsConnectionsOverTheAddressesOfAName() throws IOException {
        ServerSocket one = new ServerSocket(0, 50, LOOPBACK);
        ServerSocket two = new ServerSocket(one.getLocalPort(), 50, InetAddress.ofLiteral("127.0.0.2"));
        Set<InetAddress> asked = ConcurrentHashMap.newKeySet();
        for (ServerSocket socket : List.of(one, two)) {
            opened.add(socket);
            serve(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", asked);
        }
        HttpClient named = client.resolver(names -> {
            LIMITS.names(names);
            names.resolveCache(new TwoAddresses());
        });

        for (int i = 0; i < 100 && asked.size() < 2; i++) {
            named.get().uri("http://two.example:" + one.getLocalPort()).response().block(Duration.ofSeconds(10));
        }

        assertThat(asked).hasSize(2);
    }

    /// Names that have been resolved before: every one to two addresses.
    private static final class TwoAddresses implements DnsCache {

        private record Entry(InetAddress address) implements DnsCacheEntry {
            @Override
            public @Nullable Throwable cause() {
                return null;
            }
        }

        @Override
        public List<? extends DnsCacheEntry> get(String name, DnsRecord[] additionals) {
            return List.of(new Entry(LOOPBACK), new Entry(InetAddress.ofLiteral("127.0.0.2")));
        }

        @Override
        public DnsCacheEntry cache(String name, DnsRecord[] additionals, InetAddress address, long ttl, EventLoop loop) {
            return new Entry(address);
        }

        @Override
        public DnsCacheEntry cache(String name, DnsRecord[] additionals, Throwable cause, EventLoop loop) {
            throw new AssertionError(cause);
        }

        @Override
        public void clear() {}

        @Override
        public boolean clear(String name) {
            return false;
        }
    }

    @Test
    void serverSpeaksNoTls() throws IOException {
        assertThat(failure(server("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").replace("http", "https")))
                .isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void connectionIsResetBeforeTheResponse() throws IOException {
        assertThat(failure(server(""))).isEqualTo(Kind.BAD_RESPONSE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "HTTP/1.1 200 OK\r\nContent-Le", "SSH-2.0-OpenSSH_10.0\r\n\r\n",
            "HTTP/1.1 twohundred OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: minus one\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"})
    void answerIsNoHttp(String says) throws IOException {
        assertThat(failure(server(says))).isEqualTo(Kind.BAD_RESPONSE);
    }

    @Test
    void headersAreTooLarge() throws IOException {
        assertThat(failure(server("HTTP/1.1 200 OK\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n"))).isEqualTo(Kind.BAD_RESPONSE);
    }

    @Test
    void serverNeverAnswers() throws IOException {
        String url = silent();
        Mono<Void> call = guard.around(url, Duration.ofMillis(200), Upload.NONE, client.get().uri(url).response().then(),
                () -> 200);
        assertThat(((UpstreamFailure) catchThrowable(() -> call.block(Duration.ofSeconds(10)))).kind()).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void allConnectionsAreTaken() throws IOException {
        String url = silent();
        get(url).subscribe(_ -> {}, _ -> {});
        assertThat(failure(url)).isEqualTo(Kind.BUSY);
    }

    @Test
    void tooManyWaitForAConnection() throws IOException {
        String url = silent();
        get(url).subscribe(_ -> {}, _ -> {});
        get(url).subscribe(_ -> {}, _ -> {});
        assertThat(failure(url)).isEqualTo(Kind.BUSY);
    }

    @Test
    void bodyIsCutOff() throws IOException {
        String url = server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
        Throwable cut = catchThrowable(
                () -> client.get().uri(url).responseContent().aggregate().asString().block(Duration.ofSeconds(10)));
        assertThat(UpstreamFailure.of(cut)).get().extracting(UpstreamFailure::kind).isEqualTo(Kind.BAD_RESPONSE);
    }
}
