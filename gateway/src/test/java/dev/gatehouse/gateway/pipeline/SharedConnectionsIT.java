package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

import dev.gatehouse.gateway.framing.http2.FrameClient;
import dev.gatehouse.gateway.upstream.Link;

import static org.assertj.core.api.Assertions.assertThat;

/// Bodies that share a connection of HTTP/2 do not wait for one that nobody reads: what the gateway takes of that is bounded by its stream's window, and the
/// connection's window is wider (RFC 9113 §5.2.2).
class SharedConnectionsIT {

    private static final Link H2C = new Link(Link.Protocol.H2C, Optional.empty(), Optional.empty(), Optional.empty());

    private static SocketUpstream slow;
    private static PouringUpstream pouring;
    private static PouringUpstream reading;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        slow = SocketUpstream.start(_ -> "");
        pouring = PouringUpstream.clear();
        reading = PouringUpstream.clear();
        gateway = TestGateway.start("""
                version: 1
                upstreams:
                  pouring: { protocol: h2c, instances: [{ url: "http://127.0.0.1:%2$d" }] }
                  reading: { protocol: h2c, instances: [{ url: "http://127.0.0.1:%3$d" }] }
                defaults: { max-body: unlimited }
                routes:
                  - { id: slow, match: { path: /slow }, upstream: "%1$s", access: public }
                  - { id: pouring, match: { path: /pouring }, upstream: pouring, access: public }
                  - { id: reading, match: { path: /reading }, upstream: reading, access: public }
                """.formatted(slow.url(), pouring.port(), reading.port()),
                Map.of("GATEHOUSE_H2C", "on", "GATEHOUSE_SEND_TIMEOUT", "60s", "GATEHOUSE_BODY_TIMEOUT", "60s"));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        slow.close();
        pouring.close();
        reading.close();
    }

    private static FrameClient greet() throws IOException {
        return FrameClient.greet(gateway.port());
    }

    private static void post(FrameClient client, int stream, String path) throws Exception {
        client.request(stream, false, ":method", "POST", ":scheme", "http", ":path", path, ":authority", "localhost",
                "content-length", Integer.toString(Bodies.LENGTH));
    }

    @Test
    void downloadsPassBesideOneThatNobodyReads() throws Exception {
        try (FrameClient idle = greet(); FrameClient client = greet()) {
            idle.get(1, "/pouring");
            Bodies.standstill(pouring.poured());
            client.get(1, "/pouring");
            assertThat(Bodies.drink(client)).isEqualTo(Bodies.LENGTH);
            assertThat(pouring.connections()).isEqualTo(1);
        }
    }

    @Test
    void uploadsPassBesideOneThatNobodyReads() throws Exception {
        try (FrameClient client = greet()) {
            Bodies.Streams streams = new Bodies.Streams(client);
            post(client, 1, "/slow");
            Bodies.standstill(streams.pour(1));
            try (SocketPeer _ = slow.next()) {
                post(client, 3, "/reading");
                streams.pour(3);
                assertThat(reading.drink()).isEqualTo(Bodies.LENGTH);
            }
        }
    }

    /// One whose other end is gone without a word is used on as long as the system has not noticed, which ends it then.
    @Test
    @EnabledIf("hasMeasure")
    void haveTheSystemsMeasureAgainstSilence() {
        HttpClient client = gateway.bean(UpstreamClients.class).of(H2C);
        try (PouringUpstream upstream = PouringUpstream.clear()) {
            Integer millis = client.get().uri("http://127.0.0.1:" + upstream.port()).responseConnection((_, stream) -> Mono
                    .justOrEmpty(stream.channel().parent().config().getOption(EpollChannelOption.TCP_USER_TIMEOUT))).blockFirst();

            assertThat(millis).isEqualTo(20_000);
        }
    }

    static boolean hasMeasure() {
        return Epoll.isAvailable();
    }
}
