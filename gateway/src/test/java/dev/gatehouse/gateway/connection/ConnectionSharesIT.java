package dev.gatehouse.gateway.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.gateway.pipeline.TestGateway;
import dev.gatehouse.gateway.tls.TestCertificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// A client on 127.0.0.1 takes all places that it gets, and one on 127.0.0.2 is served beside it.
@EnabledOnOs(OS.LINUX) // elsewhere a machine has one loopback address
class ConnectionSharesIT {

    private static final int MOST = 8;
    private static final int SHARE = MOST / 2;
    private static final String GET = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String REFUSED = "gatehouse_connections_refused_total ";

    private final List<Socket> open = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    private static TestGateway start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("GATEHOUSE_MAX_CONNECTIONS", Integer.toString(MOST)));
        all.putAll(settings);
        return TestGateway.start("""
                version: 1
                routes: [ { id: any, match: { path: /any }, upstream: "http://127.0.0.1:1", access: public } ]
                """, all);
    }

    /// What the first octet is of the answer: `H`, or -1 where there is none.
    private int ask(TestGateway gateway, String from, String request) throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port(), InetAddress.ofLiteral(from), 0);
        open.add(socket);
        socket.setSoTimeout(20_000);
        try {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read();
        } catch (SocketException reset) {
            return -1;
        }
    }

    private void takeAll(TestGateway gateway, String from, String request) throws IOException {
        for (int i = 0; i < SHARE; i++) {
            assertThat(ask(gateway, from, request)).as("place " + i).isEqualTo('H');
        }
        for (int i = 0; i < MOST; i++) {
            assertThat(ask(gateway, from, request)).as("beyond its share").isEqualTo(-1);
        }
    }

    @Test
    void leavesPlacesToOthersWhoeverTakesAllItGets() throws Exception {
        try (TestGateway gateway = start(Map.of())) {
            takeAll(gateway, "127.0.0.1", GET);

            assertThat(ask(gateway, "127.0.0.2", GET)).isEqualTo('H');
            assertThat(gateway.management("/actuator/prometheus")).contains(REFUSED + (double) MOST);
        }
    }

    @Test
    void givesAPlaceBackWhenAConnectionEnds() throws Exception {
        try (TestGateway gateway = start(Map.of())) {
            takeAll(gateway, "127.0.0.1", GET);
            open.getFirst().close();

            await().until(() -> ask(gateway, "127.0.0.1", GET) == 'H');
        }
    }

    @Test
    void givesATrustedProxyAllPlaces() throws Exception {
        try (TestGateway gateway = start(Map.of("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1"))) {
            for (int i = 0; i < MOST; i++) {
                assertThat(ask(gateway, "127.0.0.1", GET)).isEqualTo('H');
            }
        }
    }

    @Test
    void countsThoseWhomAProxysPreamblesName() throws Exception {
        try (TestGateway gateway = start(
                Map.of("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1", "GATEHOUSE_PROXY_PROTOCOL", "required"))) {
            takeAll(gateway, "127.0.0.1", "PROXY TCP4 203.0.113.7 192.0.2.1 5555 443\r\n" + GET);

            assertThat(ask(gateway, "127.0.0.1", "PROXY TCP4 203.0.113.8 192.0.2.1 5555 443\r\n" + GET)).isEqualTo('H');
            assertThat(ask(gateway, "127.0.0.1", "PROXY UNKNOWN\r\n" + GET)).as("its own").isEqualTo('H');
        }
    }

    /// They wait for a handshake that never begins.
    @Test
    void closesWhatIsTooMuchAheadOfAHandshake(@TempDir Path folder) throws Exception {
        TestCertificates authority = TestCertificates.create();
        try (TestGateway gateway = start(TestCertificates.settings(folder, authority.server("CN=gateway")))) {
            for (int i = 0; i < SHARE + 1; i++) {
                Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port());
                socket.setSoTimeout(10);
                open.add(socket);
            }
            await().until(() -> open.stream().filter(ConnectionSharesIT::isClosed).count() == 1); // the one that was taken last
            assertThat(gateway.management("/actuator/prometheus")).contains(REFUSED + 1.0);
        }
    }

    private static boolean isClosed(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException waiting) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
