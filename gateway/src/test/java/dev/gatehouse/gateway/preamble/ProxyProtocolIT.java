package dev.gatehouse.gateway.preamble;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.pipeline.AccessLines;
import dev.gatehouse.gateway.pipeline.RawClient;
import dev.gatehouse.gateway.pipeline.RecordingUpstream;
import dev.gatehouse.gateway.pipeline.TestGateway;

import static org.assertj.core.api.Assertions.assertThat;

/// A gateway that demands the PROXY protocol, met by a trusted proxy on 127.0.0.1 and by a stranger on 127.0.0.2.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyProtocolIT {

    private static final String END = " HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 6.6.6.6\r\n";
    private static final String GET = "GET /x" + END + "Connection: close\r\n\r\n";
    private static final String CLIENT = "PROXY TCP4 203.0.113.7 192.0.2.1 5555 443\r\n";
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String FOUR = "\u00cb\0q\u0009\u00c0\0\u0002\u0001\u0015\u00b3\u0001\u00bb";

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    @RegisterExtension
    private final TestGateway gateway = TestGateway.start("""
            version: 1
            routes:
              - { id: all, match: { path: /** }, upstream: "%s", access: public }
              - id: limited
                match: { path: /limited }
                upstream: "%s"
                access: public
                limits: [ { name: one, per: ip, requests: 1, every: 1h } ]
            """.formatted(upstream.url(), upstream.url()), Map.of("GATEHOUSE_PROXY_PROTOCOL", "required",
            "GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1/32", "GATEHOUSE_HEADER_TIMEOUT", "400ms"));

    private void passesFor(String preamble, String forwardedFor) throws Exception {
        assertThat(RawClient.exchange(gateway.port(), preamble + GET)).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.next().all("X-Forwarded-For")).containsExactly(forwardedFor);
    }

    @Test
    void takesTheClientFromBothVersions() throws Exception {
        passesFor(CLIENT, "203.0.113.7");
        passesFor("PROXY TCP6 2001:db8::7 2001:db8::1 5555 443\r\n", "2001:db8::7");
        passesFor(SIGNATURE + "!\u0011\0\f" + FOUR, "203.0.113.9");
        passesFor(SIGNATURE + "!\u0011\0\u0011" + FOUR + "\u0001\0\u0002h2", "203.0.113.9");
    }

    @Test
    void believesNoFieldsOfAClientThatIsNoProxyItself() throws Exception {
        passesFor(CLIENT, "203.0.113.7");
        passesFor("PROXY TCP4 127.0.0.1 192.0.2.1 5555 443\r\n", "6.6.6.6, 127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", SIGNATURE + " \0\0\0", SIGNATURE + " \u0011\0\f" + FOUR,
            SIGNATURE + "!\0\0\0"})
    void takesTheProxysAddressAndNoFieldsWhereNoClientIsTold(String preamble) throws Exception {
        passesFor(preamble, "127.0.0.1");
    }

    @Test
    void takesTheProxysAddressForUnixSockets() throws Exception {
        passesFor(SIGNATURE + "!1\0\u00d8" + "/".repeat(216), "127.0.0.1");
    }

    @Test
    void readsAPreambleThatComesOctetByOctet() throws Exception {
        for (String preamble : new String[]{CLIENT, SIGNATURE + "!\u0011\0\f" + FOUR}) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
                socket.setTcpNoDelay(true);
                for (byte octet : (preamble + GET).getBytes(StandardCharsets.ISO_8859_1)) {
                    socket.getOutputStream().write(octet);
                }
                assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
            }
            assertThat(upstream.next().all("X-Forwarded-For")).first().asString().startsWith("203.0.113.");
        }
    }

    @Test
    void keepsTheClientForTheWholeConnection() throws Exception {
        String first = CLIENT + "GET /x" + END + "\r\n";

        assertThat(RawClient.exchange(gateway.port(), first, GET).split("HTTP/1\\.1 200", -1)).hasSize(3);
        assertThat(upstream.next().all("X-Forwarded-For")).containsExactly("203.0.113.7");
        assertThat(upstream.next().all("X-Forwarded-For")).containsExactly("203.0.113.7");
    }

    @Test
    void countsAndLogsByTheClient() throws Exception {
        String limited = "GET /limited HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        try (AccessLines lines = AccessLines.listen()) {
            assertThat(RawClient.exchange(gateway.port(), CLIENT + limited)).startsWith("HTTP/1.1 200 ");
            assertThat(RawClient.exchange(gateway.port(), CLIENT + limited)).startsWith("HTTP/1.1 429 ");
            assertThat(RawClient.exchange(gateway.port(), CLIENT.replace(".7 ", ".8 ") + limited)).startsWith("HTTP/1.1 200 ");

            // The line of a test before may come late.
            assertThat(lines.atLeast("\"path\":\"/limited\"", 3))
                    .extracting(line -> line.replaceAll(".*\"client\":\"([^\"]*).*", "$1"))
                    .containsExactly("203.0.113.7", "203.0.113.7", "203.0.113.8");
        }
    }

    /// Nothing of them is answered, and nothing reaches a backend.
    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "PROXY TCP4 203.0.113.7\r\n", "PROXY TCP4 203.0.113.777 192.0.2.1 5555 443\r\n",
            "PROXY TCP4 203.0.113.7 192.0.2.1 5555 443\n", SIGNATURE + "\u00ff\u0011\0\f" + FOUR,
            SIGNATURE + "!\u0011\0\u000b" + FOUR, SIGNATURE + "!\u0011\0\u0010" + FOUR,
            SIGNATURE + "!\u0012\0\f" + FOUR, SIGNATURE + " \0\u00ff\u00ff"})
    void closesConnectionsWhosePreambleIsNotSound(String preamble) throws Exception {
        assertThat(RawClient.exchange(gateway.port(), preamble + GET)).isEmpty();
        assertThat(upstream.drain()).isEmpty();
    }

    @Test
    void closesConnectionsWhosePreambleIsTooLong() throws Exception {
        assertThat(RawClient.exchange(gateway.port(), "PROXY UNKNOWN " + "f".repeat(92) + "\r\n" + GET)).isEmpty();
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROX", "PROXY TCP4 203.0.113.7", SIGNATURE + "!\u0011\0\f"})
    void closesConnectionsWhosePreambleDoesNotEndInTime(String preamble) throws Exception {
        assertThat(RawClient.exchange(gateway.port(), preamble)).isEmpty();
    }

    @Test
    void closesConnectionsThatSayNothingInTime() throws Exception {
        assertThat(RawClient.exchange(gateway.port(), "")).isEmpty();
    }

    @Test
    void takesASecondPreambleForNoRequest() throws Exception {
        assertThat(RawClient.exchange(gateway.port(), CLIENT + "PROXY TCP4 127.0.0.1 192.0.2.1 5555 443\r\n" + GET))
                .startsWith("HTTP/1.1 400 ");
        assertThat(RawClient.exchange(gateway.port(), CLIENT + SIGNATURE + "!\u0011\0\f" + FOUR + GET))
                .startsWith("HTTP/1.1 400 ");
        assertThat(upstream.drain()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX) // elsewhere a machine has one loopback address
    void closesConnectionsOfStrangersWhateverTheySay() throws Exception {
        for (String said : new String[]{CLIENT + GET, GET}) {
            assertThat(asStranger(said)).isEmpty();
        }
        assertThat(upstream.drain()).isEmpty();
    }

    private String asStranger(String said) throws IOException {
        InetAddress stranger = InetAddress.ofLiteral("127.0.0.2");
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port(), stranger, 0)) {
            socket.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
            return answer(socket);
        } catch (java.net.SocketException _) {
            return "";
        }
    }

    private static String answer(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void demandsNothingOnTheManagementPort() throws Exception {
        HttpRequest health = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + "/actuator/health"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(health, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
    }
}
