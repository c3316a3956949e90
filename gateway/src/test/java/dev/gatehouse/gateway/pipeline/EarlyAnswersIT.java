package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.framing.http2.FrameClient;

import static dev.gatehouse.gateway.framing.http2.FrameClient.DATA;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_STREAM;
import static dev.gatehouse.gateway.framing.http2.FrameClient.GOAWAY;
import static dev.gatehouse.gateway.framing.http2.FrameClient.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Answers that come before an upload over HTTP/2 has ended (RFC 9113 §8.1): they pass at once, and what the client still sends harms neither its connection
/// nor the next request to the backend.
class EarlyAnswersIT {

    // Together more than a connection's first window: what nobody reads any more has to be given back.
    private static final int ROUNDS = 10;
    private static final int PART = 16_000;

    private static TestGateway start(String upstream) {
        return TestGateway.start("""
                version: 1
                upstreams: { one: { %s } }
                defaults: { max-body: unlimited }
                routes:
                  - { id: any, match: { path: /** }, upstream: one, access: public }
                """.formatted(upstream), Map.of("GATEHOUSE_H2C", "on"));
    }

    @Test
    void passFromABackendOfHttp1() throws Exception {
        try (SocketUpstream backend = SocketUpstream.start(_ -> "");
                TestGateway gateway = start("instances: [{ url: \"" + backend.url() + "\" }]");
                Uploads client = new Uploads(gateway.port())) {
            for (int stream = 1; stream < 2 * ROUNDS; stream += 2) {
                client.begin(stream);
                try (SocketPeer upstream = backend.next()) {
                    upstream.raw(octets("HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 2\r\n\r\nno"));
                    assertThat(client.answer(stream)).isEqualTo("no");
                    client.upload(stream);
                    assertThat(upstream.isHungUp()).as("nobody can ask on it any more").isTrue();
                }
            }
            client.get(2 * ROUNDS + 1);
            try (SocketPeer upstream = backend.next()) {
                assertThat(upstream.head()).startsWith("GET /next ");
                upstream.raw(octets("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell"));
                assertThat(client.answer(2 * ROUNDS + 1)).isEqualTo("well");
            }
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void passFromABackendOfHttp2(boolean resets) throws Exception {
        try (FrameUpstream backend = FrameUpstream.start(request -> answer(request, resets));
                TestGateway gateway = start("protocol: h2c, instances: [{ url: \"" + backend.url() + "\" }]");
                Uploads client = new Uploads(gateway.port())) {
            for (int stream = 1; stream < 2 * ROUNDS; stream += 2) {
                client.begin(stream);
                assertThat(client.answer(stream)).isEqualTo("no");
                client.upload(stream);
            }
            client.get(2 * ROUNDS + 1);
            assertThat(client.answer(2 * ROUNDS + 1)).isEqualTo("ok");
            assertThat(backend.requests()).extracting(FrameUpstream.Request::connection).containsOnly(1);
            if (!resets) {
                await().until(() -> backend.resets().size() == ROUNDS);
            }
        }
    }

    /// @param resets whether it also says that it takes no more
    private static void answer(FrameUpstream.Request request, boolean resets) throws Exception {
        if (request.number() > ROUNDS) {
            request.ok();
            return;
        }
        request.head(":status", "422");
        request.gateway().frame(DATA, END_STREAM, request.stream(), octets("no"));
        if (resets) {
            request.reset(0);
        }
    }

    /// A client that goes on with its uploads, within the windows of its connection.
    private static final class Uploads implements AutoCloseable {

        private final FrameClient client;
        private int window = 65_535;

        Uploads(int port) throws IOException {
            this.client = FrameClient.greet(port);
        }

        void begin(int stream) throws Exception {
            client.post(stream, "content-length", "1000000");
            client.frame(DATA, 0, stream, new byte[1]);
            window--;
        }

        void get(int stream) throws Exception {
            client.get(stream, "/next");
        }

        void upload(int stream) throws IOException {
            while (window < PART) {
                next();
            }
            client.frame(DATA, 0, stream, new byte[PART]);
            window -= PART;
        }

        /// The body of a whole answer.
        String answer(int stream) throws IOException {
            StringBuilder body = new StringBuilder();
            while (true) {
                FrameClient.Frame frame = next();
                if (frame.stream() == stream && frame.type() == DATA) {
                    body.append(new String(frame.payload(), StandardCharsets.US_ASCII));
                    if ((frame.flags() & END_STREAM) != 0) {
                        return body.toString();
                    }
                }
            }
        }

        private FrameClient.Frame next() throws IOException {
            FrameClient.Frame frame = client.next();
            assertThat(frame.type()).as("the connection goes on").isNotIn(-1, GOAWAY);
            if (frame.type() == WINDOW_UPDATE && frame.stream() == 0) {
                window += frame.number(0);
            }
            return frame;
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }
}
