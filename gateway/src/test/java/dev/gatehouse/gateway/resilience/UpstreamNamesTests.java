package dev.gatehouse.gateway.resilience;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import static org.assertj.core.api.Assertions.assertThat;

/// Upstreams that are told by name, with a server of names that the test plays.
class UpstreamNamesTests {

    private static final InetAddress ONE = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress TWO = InetAddress.ofLiteral("127.0.0.2");
    private static final InetAddress CLOSED = InetAddress.ofLiteral("127.0.0.3");
    private static final UpstreamLimits LIMITS = new UpstreamLimits(Duration.ofSeconds(2), 10, 10, Duration.ofSeconds(2),
            Duration.ofSeconds(20), Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofSeconds(1), 16 * 1024);

    private final NameServer names = NameServer.start(ONE);
    private final ConnectionProvider pool = LIMITS.pool();
    private final Set<InetAddress> asked = ConcurrentHashMap.newKeySet();
    private ServerSocket one;
    private ServerSocket two;

    @BeforeEach
    void start() throws IOException {
        one = serve(new ServerSocket(0, 50, ONE));
        two = serve(new ServerSocket(one.getLocalPort(), 50, TWO));
    }

    @AfterEach
    void stop() throws IOException {
        pool.dispose();
        names.close();
        one.close();
        two.close();
    }

    private ServerSocket serve(ServerSocket server) {
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket connection = server.accept()) {
                    asked.add(connection.getLocalAddress());
                    connection.getInputStream().read(new byte[1024]);
                    connection.getOutputStream().write(
                            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException closed) {
                    return;
                }
            }
        });
        return server;
    }

    private HttpClient client() {
        return LIMITS.bounded(HttpClient.create(pool)).resolver(spec -> {
            LIMITS.names(spec);
            spec.dnsAddressResolverGroupProvider(builder -> new DnsAddressResolverGroup(
                    builder.nameServerProvider(new SingletonDnsServerAddressStreamProvider(names.address()))));
        });
    }

    private void ask(HttpClient client) {
        assertThat(
                client.get().uri("http://orders.example:" + one.getLocalPort()).response().block(Duration.ofSeconds(10)).status()
                        .code())
                .isEqualTo(200);
    }

    /// Though its server has said that the answer holds for a day.
    @Test
    void areAskedForAgainWhenTheirTimeIsOver() {
        HttpClient client = client();
        ask(client);
        assertThat(asked).containsExactly(ONE);
        names.tell(TWO);

        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!asked.contains(TWO) && System.nanoTime() < end) {
            ask(client);
        }

        assertThat(asked).contains(TWO);
    }

    @Test
    void leadToTheNextAddressWhereOneRefuses() {
        names.tell(CLOSED, TWO);
        HttpClient client = client();
        for (int i = 0; i < 10; i++) {
            ask(client);
        }
        assertThat(asked).containsExactly(TWO);
    }
}
