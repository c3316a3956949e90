package dev.gatehouse.gateway.pipeline;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/// What clients get of answers on routes that compress, and on one that does not.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompressionIT {

    private static final String TEXT = "all work and no play makes an answer long\n".repeat(100);
    private static final String EVENT = "9\r\ndata: 1\n\n\r\n";
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    @RegisterExtension
    private final TestGateway gateway = TestGateway
            .start("""
                    version: 1
                    routes:
                      - { id: plain, match: { path: /plain }, upstream: "%1$s", access: public }
                      - { id: anonymous, match: { path: /anonymous }, upstream: "%1$s", access: public, compression: anonymous, cors: { origins: ["https://app.example.com"] } }
                      - { id: always, match: { path: /always }, upstream: "%1$s", access: public, compression: always }
                    """
                    .formatted(upstream.url()), Map.of());

    private HttpResponse<byte[]> ask(String method, String path, String answer, String... fields) throws Exception {
        upstream.drain();
        upstream.answerWith(
                "HTTP/1.1 200 OK\r\nContent-Length: " + TEXT.length() + "\r\nContent-Type: text/plain\r\nETag: \"one\"\r\n"
                        + answer + "\r\n" + (method.equals("HEAD") ? "" : TEXT));
        List<String> all = new ArrayList<>(List.of("Accept-Encoding", "br, gzip"));
        all.addAll(List.of(fields));
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path)).timeout(Duration.ofSeconds(30))
                        .method(method, HttpRequest.BodyPublishers.noBody()).headers(all.toArray(String[]::new)).build(),
                BodyHandlers.ofByteArray());
    }

    private static void isPlain(HttpResponse<byte[]> answer) {
        assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(answer.headers().firstValue("ETag")).hasValue("\"one\"");
        assertThat(new String(answer.body(), StandardCharsets.US_ASCII)).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @CsvSource({"/anonymous, X-Any, 1", "/always, Cookie, a=b"})
    void compresses(String path, String name, String value) throws Exception {
        HttpResponse<byte[]> answer = ask("GET", path, "Accept-Ranges: bytes\r\nVary: X-A\r\n", name, value, "Origin",
                "https://app.example.com");

        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(answer.headers().firstValue("ETag")).hasValue("W/\"one\"");
        assertThat(String.join(", ", answer.headers().allValues("Vary"))).contains("X-A", "Accept-Encoding");
        assertThat(
                answer.headers().firstValue("Content-Length").map(Integer::parseInt).filter(said -> said != answer.body().length))
                .as("a length of another body").isEmpty();
        assertThat(answer.headers().firstValue("Accept-Ranges")).isEmpty();
        assertThat(answer.body()).hasSizeLessThan(TEXT.length() / 2);
        assertThat(new String(new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes(),
                StandardCharsets.US_ASCII))
                .isEqualTo(TEXT);
    }

    @Test
    void leavesAnswersToCredentialsAlone() throws Exception {
        HttpResponse<byte[]> answer = ask("GET", "/anonymous", "", "Cookie", "session=1");

        isPlain(answer);
        assertThat(answer.headers().allValues("Vary")).as("others get another one").contains("Accept-Encoding");
    }

    @Test
    void leavesRoutesAloneThatDoNotSayIt() throws Exception {
        HttpResponse<byte[]> answer = ask("GET", "/plain", "");

        isPlain(answer);
        assertThat(answer.headers().allValues("Vary")).isEmpty();
    }

    @Test
    void leavesAloneWhatMustNotBeChanged() throws Exception {
        isPlain(ask("GET", "/always", "Cache-Control: no-transform\r\n"));
    }

    @Test
    void answersHeadWithoutCompressing() throws Exception {
        HttpResponse<byte[]> answer = ask("HEAD", "/always", "");

        assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(answer.headers().allValues("Vary")).containsExactly("Accept-Encoding");
    }

    /// The stream stays open after its first event, so what is read of it cannot have waited for more.
    @Test
    void flushesEachEventOfAStream() throws Exception {
        upstream.drain();
        upstream.answerWith("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\n\r\n"
                .concat(EVENT));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(
                    "GET /always HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(head(in).toLowerCase(Locale.ROOT)).contains("content-encoding: gzip", "chunked");
            assertThat(new String(new GZIPInputStream(new Unchunked(in)).readNBytes(9), StandardCharsets.US_ASCII))
                    .isEqualTo("data: 1\n\n");
        }
    }

    private static String head(InputStream in) throws Exception {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            assertThat(octet).as("after " + head).isNotNegative();
            head.append((char) octet);
        }
        return head.toString();
    }

    /// The octets in the chunks of a body.
    private static final class Unchunked extends InputStream {

        private final InputStream in;
        private int left;

        Unchunked(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws java.io.IOException {
            if (left == 0) {
                StringBuilder size = new StringBuilder();
                for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                    if (octet > ' ') {
                        size.append((char) octet);
                    }
                }
                if (size.isEmpty()) {
                    return read();
                }
                left = Integer.parseInt(size.toString(), 16);
                if (left == 0) {
                    return -1;
                }
            }
            left--;
            return in.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws java.io.IOException {
            int octet = read();
            if (octet < 0) {
                return -1;
            }
            into[offset] = (byte) octet;
            return 1;
        }
    }
}
