package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Header fields by which somebody would be another, come from elsewhere or ask for something else, as octets to the gateway as it ships. The backend reads
/// names as CGI does: it takes every character that is neither letter nor digit for a hyphen.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeaderAttackIT {

    private static final String OK = "HTTP/1.1 200 ";

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private JarGateway gateway;

    /// The protocol of the suite.
    Spoken spoken() {
        return Spoken.HTTP_1_1;
    }

    private String send(String line, String... fields) {
        return spoken().send(gateway, "localhost", line, fields);
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        gateway = spoken()
                .shared("""
                        version: 1
                        issuers:
                          test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], algorithms: [ES256], cookie: signed_in }
                        routes:
                          - { id: api, match: { path: /api/** }, upstream: "%2$s", access: signed-in }
                          - { id: admin, match: { path: /admin/** }, upstream: "%2$s", access: { roles: [admin] } }
                          - { id: open, match: { path: /open/** }, upstream: "%2$s", access: public }
                          - { id: auth, match: { path: /auth/** }, upstream: "%2$s", access: public, forward-token: true }
                          - { id: inner, match: { path: /inner/**, host: inner.example.com }, upstream: "%2$s", access: public }
                          - id: few
                            match: { path: /few }
                            upstream: "%2$s"
                            access: public
                            limits: [ { name: attack, per: ip, requests: 3, every: 1d } ]
                        """
                        .formatted(keys, upstream.url()));
    }

    @BeforeEach
    void forget() {
        upstream.answerWith("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }

    private static TestTokens alice() {
        return TestTokens.validAt(Instant.now());
    }

    private static String bearer() {
        return "Authorization: Bearer " + alice().signed();
    }

    /// The values of all fields that some backend takes for this one.
    private static List<String> folded(RecordingUpstream.Received seen, String name) {
        return seen.head().lines().skip(1)
                .filter(line -> line.split(":", 2)[0].replaceAll("[^A-Za-z0-9]", "-").equalsIgnoreCase(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).toList();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("dev.gatehouse.gateway.pipeline.HeaderAttacks#reservedNames")
    void nobodyIsAnotherByAFieldHoweverItIsSpelled(String name, String why) throws Exception {
        assertThat(send("GET /api/x", name + ": root-by-header", bearer(), name + ": root-by-header", name + ":")).as(why)
                .startsWith(OK);
        RecordingUpstream.Received known = upstream.next();
        assertThat(folded(known, "X-User-Id")).containsExactly("alice");
        assertThat(folded(known, "X-Gatehouse-Assertion")).hasSize(1);
        assertThat(known.head()).doesNotContain("root-by-header");

        assertThat(send("GET /open/x", name + ": root-by-header")).startsWith(OK);
        assertThat(upstream.next().head()).doesNotContain("root-by-header").doesNotContainIgnoringCase(name);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("dev.gatehouse.gateway.pipeline.HeaderAttacks#claims")
    void noBackendIsToldWhatAClientClaims(String name, String why) throws Exception {
        String[] fields = HeaderAttacks.spellings(name).stream().map(spelling -> spelling + ": evil-7").toArray(String[]::new);
        assertThat(send("GET /open/x", fields)).startsWith(OK);

        assertThat(upstream.next().head()).as(why).doesNotContain("evil-7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP2-Settings", "TE", "Trailer", "Keep-Alive", "Upgrade", "Proxy-Connection"})
    void noBackendIsToldWhatIsForOneConnectionOnly(String name) throws Exception {
        assertThat(send("GET /open/x", name + ": evil-7")).startsWith(OK);

        assertThat(upstream.next().head()).doesNotContain("evil-7");
    }

    static Stream<Arguments> optionsThatNameOurs() {
        return Stream.of(
                arguments("X-User-Id, X-User-Roles", "two of ours, as in GHSA-w9mr-28mw-j8hg"),
                arguments("close, x-user-id, X-Gatehouse-Assertion", "beside an option that is one, in small letters"),
                arguments("X-Request-Id, traceparent", "what logs are joined by"),
                arguments("X-Forwarded-For,X-Forwarded-Proto,X-Forwarded-Host,Forwarded", "where the request came from"),
                arguments("keep-alive, Host, Authorization, Cookie", "what the request needs"),
                arguments("Upgrade, X-User-Id\r\nUpgrade: websocket", "with a handshake"),
                arguments("X-User-Id\r\nConnection: X-User-Roles", "in two fields"),
                arguments("\"X-User-Id\"", "in quotes"),
                arguments("X-User-Id;q=1", "with a parameter"),
                arguments(", ,X-User-Id,,", "among empty options"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("optionsThatNameOurs")
    void connectionTakesAwayNothingOfOurs(String options, String why) throws Exception {
        assertThat(send("GET /api/x", "Connection: " + options, bearer())).as(why).startsWith(OK);

        RecordingUpstream.Received seen = upstream.next();
        assertThat(folded(seen, "X-User-Id")).containsExactly("alice");
        assertThat(folded(seen, "X-User-Roles")).containsExactly("user,admin");
        assertThat(folded(seen, "X-Forwarded-For")).containsExactly("127.0.0.1");
        for (String name : List.of("X-Gatehouse-Assertion", "X-Request-Id", "traceparent", "X-Forwarded-Proto", "Forwarded",
                "Host")) {
            assertThat(folded(seen, name)).as(name).hasSize(1);
        }
        assertThat(seen.all("Upgrade")).isEmpty();
    }

    @Test
    void claimThatIsAbsentLeavesNothingOfTheClients() throws Exception {
        String token = alice().without("email").without("roles").without("sid").claim("scope", "").signed();
        send("GET /api/x", "Authorization: Bearer " + token, "X-User-Email: root@x", "X_User_Roles: admin",
                "X.Session.Id: 1", "X-User-Scopes: all");

        RecordingUpstream.Received seen = upstream.next();
        for (String name : List.of("X-User-Email", "X-User-Roles", "X-User-Scopes", "X-Session-Id")) {
            assertThat(folded(seen, name)).as(name).isEmpty();
        }
    }

    static Stream<Arguments> names() {
        return Stream.of(
                arguments("a\r\nX-User-Roles: root", "a%0D%0AX-User-Roles:%20root", "a line end, and a field of ours behind it"),
                arguments("root\0x", "root%00x", "a NUL, which ends C strings"),
                arguments("a\u202etoor", "a%E2%80%AEtoor", "text that runs backwards"),
                arguments("a\u2066x\u2069", "a%E2%81%A6x%E2%81%A9", "text that runs by itself"),
                arguments("ro\u200bot", "ro%E2%80%8Bot", "a space of no width"),
                arguments("a\u0085b\u2028c", "a%C2%85b%E2%80%A8c", "line ends of Unicode"),
                arguments("\uff52oot", "%EF%BD%92oot", "a letter that is another one after normalization"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("names")
    void claimSaysNothingButItself(String claim, String told, String why) throws Exception {
        String token = alice().claim("preferred_username", claim).claim("roles", List.of(claim)).signed();
        assertThat(send("GET /api/x", "Authorization: Bearer " + token)).as(why).startsWith(OK);

        RecordingUpstream.Received seen = upstream.next();
        assertThat(folded(seen, "X-User-Name")).containsExactly(told);
        assertThat(folded(seen, "X-User-Roles")).containsExactly(told);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("dev.gatehouse.gateway.pipeline.HeaderAttacks#fieldsThatOpenDoorsElsewhere")
    void noFieldOpensAClosedRoute(String field, String why) throws Exception {
        for (String request : List.of("GET /admin/x", "POST /admin/x", "OPTIONS /admin/x", "HEAD /admin/x")) {
            String answer = send(request, field);
            // Two hosts are malformed; everything else lacks a token, or has one that is none.
            assertThat(answer).as(why).startsWith(field.startsWith("Host") ? "HTTP/1.1 400 " : "HTTP/1.1 401 ");
        }
        assertThat(upstream.drain()).isEmpty();
    }

    @Test
    void octetsBeyondAsciiPassAsTheyCame() throws Exception {
        send("GET /api/x", bearer(), "X-Tenant: a\u00ff\u00e9", "X-User-Id: \u00ff");

        RecordingUpstream.Received seen = upstream.next();
        assertThat(seen.all("X-Tenant")).containsExactly("a\u00ff\u00e9");
        assertThat(folded(seen, "X-User-Id")).containsExactly("alice");
    }

    @Test
    void addressOfTheClientIsTheSocketsWhateverItSays() throws Exception {
        send("GET /open/x", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-For: " + "1.2.3.4,".repeat(1000) + "5.6.7.8",
                "Forwarded: for=10.0.0.1;proto=https;host=evil", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil");

        RecordingUpstream.Received seen = upstream.next();
        assertThat(folded(seen, "X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(folded(seen, "X-Forwarded-Proto")).containsExactly("http");
        assertThat(folded(seen, "X-Forwarded-Host")).containsExactly("localhost");
        assertThat(folded(seen, "Forwarded")).containsExactly("for=127.0.0.1;host=\"localhost\";proto=http");
    }

    @Test
    void limitCountsTheSocketsAddressWhateverItSays() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(send("GET /few", "X-Forwarded-For: 10.0.0." + i, "X-Real-IP: 10.0.0." + i)).startsWith(OK);
        }
        assertThat(send("GET /few", "X-Forwarded-For: 10.0.0.9", "Forwarded: for=10.0.0.9")).startsWith("HTTP/1.1 429 ");
    }

    @Test
    void hostLeadsNowhereItDoesNotBelong() throws Exception {
        assertThat(send("GET /inner/x", "X-Forwarded-Host: inner.example.com", "X-Host: inner.example.com"))
                .startsWith("HTTP/1.1 404 ");
        for (String host : List.of("inner.example.com.evil", "evil.inner.example.com", "evil")) {
            assertThat(RawClient.exchange(gateway.port(),
                    "GET /inner/x HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 404 ").doesNotContain("evil");
        }
        assertThat(RawClient.exchange(gateway.port(),
                "GET http://evil/open/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ").doesNotContain("evil");
        assertThat(upstream.drain()).isEmpty();
    }

    @Test
    void nothingIsKeptForTheNextRequest() throws Exception {
        send("GET /open/x", "X-Forwarded-Host: evil");
        assertThat(upstream.next().head()).doesNotContain("evil");
        upstream.answerWith("HTTP/1.1 200 OK\r\nCache-Control: public, max-age=600\r\nContent-Length: 5\r\n\r\nfirst");
        assertThat(send("GET /api/x", bearer())).endsWith("first");
        upstream.answerWith("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
        assertThat(send("GET /api/x", "Authorization: Bearer " + alice().claim("sub", "bob").signed()))
                .endsWith("second");
        assertThat(upstream.drain()).hasSize(2);
    }

    @Test
    void bodiesPassAsTheyWereCompressed() throws Exception {
        String packed = "\u001f\u008b not really, and nobody looks";
        upstream.answerWith(
                "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: " + packed.length() + "\r\n\r\n" + packed);
        String answer = RawClient.exchange(gateway.port(),
                "POST /open/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Encoding: gzip\r\nAccept-Encoding: br\r\nContent-Length: "
                        + packed.length() + "\r\n\r\n" + packed);

        assertThat(answer).contains("Content-Encoding: br").endsWith(packed);
        assertThat(upstream.next().body()).isEqualTo(packed);
    }

    static Stream<Arguments> cookiesOfOurs() {
        return Stream.of(
                arguments("__Host-gatehouse_refresh=evil; Path=/; Secure; HttpOnly", "as the auth service sets it"),
                arguments("__HOST-gatehouse_refresh=evil", "in capitals, the same to some backends"),
                arguments("=__Host-gatehouse_refresh=evil", "without a name, which browsers send back as the name"),
                arguments("signed_in=evil; Path=/", "the cookie of an issuer's tokens"),
                arguments("Signed.In=evil", "the same to servers that fold names"),
                arguments("=signed_in=evil", "without a name"),
                arguments("signed_in=; evil; Max-Age=0", "what signs out"),
                arguments("theme=light, signed_in=evil", "behind a comma, which old clients split at"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("cookiesOfOurs")
    void onlyARouteThatIsToldCredentialsMaySetThem(String cookie, String why) throws Exception {
        upstream.answerWith("HTTP/1.1 200 OK\r\nSet-Cookie: " + cookie
                + "\r\nSet-Cookie: theme=dark\r\nContent-Length: 2\r\n\r\nok");

        assertThat(send("GET /open/x")).as(why).contains("Set-Cookie: theme=dark").doesNotContain("evil");
        assertThat(send("GET /auth/x")).contains("Set-Cookie: " + cookie, "Set-Cookie: theme=dark");
    }

    static Stream<Arguments> upgrades() {
        return Stream.of(
                arguments(
                        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "a socket on a route that has none"),
                arguments("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
                        "HTTP/2, through which requests would pass unseen"),
                arguments("Upgrade: websocket", "half a handshake"),
                arguments("Upgrade: TLS/1.2\r\nConnection: Upgrade", "TLS, through which all would pass unseen"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("upgrades")
    void noUpgradeGetsPastTheGateway(String fields, String why) throws Exception {
        assertThat(send("GET /api/x", fields)).as(why).startsWith("HTTP/1.1 401 ");
        assertThat(upstream.drain()).isEmpty();
        assertThat(send("GET /api/x", fields, bearer())).startsWith(OK).doesNotContain("101 ", "Upgrade");
        assertThat(upstream.next().head()).doesNotContainIgnoringCase("upgrade", "http2-settings").contains("X-User-Id: alice");
    }
}
