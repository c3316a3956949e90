package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.devservices.process.Deadline;
import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// What can be reached, read or learnt that nobody meant to show, of the gateway as it ships.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExposureIT {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private HttpsServer selfSigned;
    private JarGateway gateway;
    private ServerSocket detour;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        selfSigned = https(folder.resolve("keys.p12"));
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        detour = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        gateway = JarGateway.shared(routes(keys, detour.getLocalPort()));
        Thread.ofVirtual().start(this::leadBack);
    }

    /// The gateway refuses a route to its own port; what leads there by a detour it cannot see.
    private void leadBack() {
        while (!detour.isClosed()) {
            try {
                Socket there = detour.accept();
                Socket back = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                Thread.ofVirtual().start(() -> pass(there, back));
                Thread.ofVirtual().start(() -> pass(back, there));
            } catch (IOException ended) {
                // By the test's end, or by the gateway, which has no more connections to give.
            }
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException ended) {
            // By either side.
        }
    }

    private String routes(Path keys, int loop) {
        return """
                version: 1
                issuers:
                  test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], algorithms: [ES256], cookie: access }
                routes:
                  - { id: api, match: { path: /api/** }, upstream: "%2$s", access: signed-in }
                  - { id: open, match: { path: /open/** }, upstream: "%2$s", access: public }
                  - { id: tls, match: { path: /tls }, upstream: "https://localhost:%3$d", access: public }
                  - { id: loop, match: { path: /loop }, upstream: "http://127.0.0.1:%4$d", access: public, timeout: 2s }
                """
                .formatted(keys, upstream.url(), selfSigned.getAddress().getPort(), loop);
    }

    /// The JDK's own tool makes the certificate: its classes for that are not open to anybody.
    private static HttpsServer https(Path store) throws IOException, InterruptedException, GeneralSecurityException {
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        int status = new ProcessBuilder(keytool, "-genkeypair", "-keyalg", "EC", "-alias", "a", "-dname", "CN=localhost", "-ext",
                "SAN=dns:localhost", "-storepass", new String(PASSWORD), "-keystore", store.toString()).inheritIO().start()
                .waitFor();
        assertThat(status).isZero();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), PASSWORD), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    @AfterAll
    void stop() throws IOException {
        detour.close();
        selfSigned.stop(0);
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "/actuator | Spring's index of endpoints",
            "/actuator/env | variables and their values",
            "/actuator/heapdump | every secret in memory",
            "/actuator/gateway/routes | routes, changeable on a stock gateway (CVE-2022-22947)",
            "/actuator/health | what it is made of",
            "/actuator/prometheus | figures of the business",
            "/metrics | the same elsewhere",
            "/env | Spring Boot 1",
            "/health | Spring Boot 1",
            "/operator/routes | our own management",
            "/operator/issuers | our own management",
            "/operator/explain | our own management",
            "/manage/env | a common base path",
            "/jolokia | JMX over HTTP",
            "/h2-console | a database's console",
            "/trace | the last requests, Spring Boot 1",
            "/error | the framework's page of errors",
            "/favicon.ico | the framework's icon, which tells it",
            "/index.html | its static files",
            "/.env | files of a deployment",
            "/.git/config | files of a checkout"})
    void publicPortShowsNothingButRoutes(String path, String why) throws Exception {
        for (String method : List.of("GET", "POST", "DELETE", "HEAD")) {
            assertThat(gateway.send(method + " " + path)).as(why).startsWith("HTTP/1.1 404 ");
        }
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "/;/actuator/env | a segment of a parameter alone",
            "/open/../actuator | climbing",
            "/open/%2e%2e/actuator | climbing, encoded",
            "/actuator;/env | a parameter that Tomcat drops",
            "/open/..;/actuator/env | climbing as Tomcat reads it",
            "//actuator/env | an empty segment",
            "/%2factuator/env | an encoded slash"})
    void noOtherSpellingOfAPathShowsMore(String path, String why) throws Exception {
        assertThat(gateway.send("GET " + path)).as(why).startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "#{T(java.lang.Runtime).getRuntime().exec('id')} | SpEL that runs a command (CVE-2022-22947)",
            "#{@systemProperties['user.home']} | SpEL that reads (CVE-2025-41253)",
            "${jndi:ldap://x} | a lookup of a logger (CVE-2021-44228)"})
    void nothingIsEvaluatedOnAnyPort(String expression, String why) throws Exception {
        String body = "{\"id\":\"x\",\"filters\":[{\"name\":\"AddResponseHeader\",\"args\":{\"name\":\"a\",\"value\":\""
                + expression
                + "\"}}],\"uri\":\"http://evil\"}";
        for (int port : new int[]{gateway.port(), gateway.managementPort()}) {
            for (String target : List.of("/actuator/gateway/routes/x", "/actuator/gateway/refresh", "/actuator/env",
                    "/actuator/loggers/root")) {
                assertThat(RawClient.exchange(port, "POST " + target
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)).startsWith("HTTP/1.1 404 ");
            }
        }
        String answer = gateway.send("GET /open/x?q=" + expression.replaceAll("[#{}\\[\\]$@']", "") + "&e=%23%7B7*7%7D",
                "X-A: " + expression);
        assertThat(answer).as(why).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.next().head()).contains("X-A: " + expression, "%23%7B7*7%7D");
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "env | variables and their values",
            "heapdump | every secret in memory",
            "threaddump | what runs",
            "beans | what it is made of",
            "configprops | settings and their values",
            "mappings | every path",
            "loggers | levels, which can be changed",
            "shutdown | ends it",
            "gateway/routes | routes, which can be changed"})
    void managementPortShowsHealthMetricsAndOperatorsPagesOnly(String endpoint, String why) throws Exception {
        assertThat(gateway.management("/actuator/" + endpoint)).as(why).startsWith("HTTP/1.1 404 ");
    }

    /// What listens on all addresses of a machine answers on the others of loopback, too.
    @Test
    @EnabledOnOs(OS.LINUX) // elsewhere a machine has one of them
    void managementPortIsOnLoopbackOnly() {
        InetSocketAddress other = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), gateway.managementPort());
        assertThatThrownBy(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(other);
            }
        }).isInstanceOf(ConnectException.class);
    }

    @Test
    void backendWithACertificateThatNobodyVouchesForIsNotCalled() throws Exception {
        assertThat(gateway.send("GET /tls")).startsWith("HTTP/1.1 502 ").contains("upstream.unreachable")
                .doesNotContainIgnoringCase("certificate", "ssl", "pkix");
    }

    @Test
    void aRouteToTheGatewayItselfEndsAndTheOthersGoOn() throws Exception {
        assertThat(gateway.send("GET /loop")).startsWith("HTTP/1.1 50").contains("application/problem+json");
        assertThat(gateway.send("GET /open/x")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "/open/x?return_to=//evil.example | an address without a scheme",
            "/open/x?rd=https://good@evil.example | a user that looks like a host",
            "/open/x?next=/%5cevil.example | a backslash that browsers turn"})
    void sendsNobodyElsewhere(String target, String why) throws Exception {
        assertThat(gateway.send("GET " + target)).as(why).startsWith("HTTP/1.1 200 ").doesNotContainIgnoringCase("location:");
        assertThat(gateway.send("GET " + target.replace("/open", "/api"))).startsWith("HTTP/1.1 401 ")
                .doesNotContainIgnoringCase("location:", "evil");
        assertThat(gateway.send("GET //evil.example/%2e%2e")).startsWith("HTTP/1.1 400 ").doesNotContain("evil", "ocation:");
    }

    @Test
    void logHasNoSecretsAndNoLinesOfOthers() throws Exception {
        String token = TestTokens.validAt(Instant.now()).signed();
        String bad = TestTokens.validAt(Instant.now()).header("kid", "kid-of-an-attacker").claim("sub", "name-of-an-attacker")
                .signed();
        gateway.send("GET /api/x?access_token=query-secret", "Authorization: Bearer " + token);
        gateway.send("GET /api/x", "Authorization: Bearer " + bad);
        gateway.send("GET /api/x", "Cookie: access=" + token + "; __Host-gatehouse_refresh=cookie-secret");
        gateway.send("GET /open/x", "User-Agent: a\u001b[31mred", "X-A: b");
        gateway.send("GET /open/x", "User-Agent: $%7bjndi%7d\u00e9", "Referer: referer-secret");
        gateway.send("GET /open/%1b[31m");
        gateway.send("GET /open/%0d%0a{\"time\":\"forged\"}");
        gateway.send("GET /open/\"},{\"forged");
        gateway.send("GET /open/last-line");

        String signature = token.substring(token.lastIndexOf('.') + 1);
        String log = awaited("last-line");
        assertThat(log).doesNotContain("\u001b", signature, bad.substring(bad.lastIndexOf('.') + 1), "query-secret",
                "cookie-secret",
                "referer-secret", "kid-of-an-attacker", "name-of-an-attacker", "\"time\":\"forged\"", "{\"forged");
        assertThat(log.lines().filter(line -> line.contains("/open/last-line"))).hasSize(1);
    }

    private String awaited(String text) {
        Deadline.in(Duration.ofSeconds(10)).await(() -> gateway.output().contains(text));
        return gateway.output();
    }

    @Test
    void answersTellNothingOfWhatWasWrong() throws Exception {
        TestTokens token = TestTokens.validAt(Instant.now());
        for (String wrong : List.of("x", "a.b.c", token.claim("aud", "aud-of-an-attacker").signed(),
                token.header("kid", "kid-of-an-attacker").signed(), token.claim("sub", "a\nb").signed())) {
            String answer = gateway.send("GET /api/x", "Authorization: Bearer " + wrong);
            assertThat(answer).startsWith("HTTP/1.1 401 ").contains("\"detail\":\"The access token is not accepted.\"")
                    .doesNotContain("attacker", "aud", "kid", "ec-1", "Exception", "dev.gatehouse.", "java.");
        }
    }
}
