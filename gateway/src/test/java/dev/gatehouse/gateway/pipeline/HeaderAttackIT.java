package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.gateway.authentication.TestKeys;
import dev.gatehouse.gateway.authentication.TestTokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Header fields by which somebody would be another, come from elsewhere or ask for something else, as octets to the gateway as it ships. The backend reads
/// names as CGI does: it takes every character that is neither letter nor digit for a hyphen.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeaderAttackIT {

    private static final String OK = "HTTP/1.1 200 ";

    private RecordingUpstream upstream;
    private JarGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        upstream = RecordingUpstream.start();
        Path keys = Files.writeString(folder.resolve("keys.json"), TestKeys.jwks(TestKeys.EC));
        gateway = JarGateway.shared("""
                version: 1
                issuers:
                  test: { issuer: "http://localhost:8080", jwks: "file:%s", audiences: [api], algorithms: [ES256] }
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
                """.formatted(keys, upstream.url()));
    }

    @AfterAll
    void stop() {
        upstream.close();
    }

    @BeforeEach
    void forget() {
        upstream.drain();
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

    static Stream<Arguments> reservedNames() {
        return Stream.of("X-User-Id", "X-User-Roles", "X-User-Anything", "X-Session-Id", "X-Gatehouse-Assertion").flatMap(
                name -> Stream.of(arguments(name, "as it is written"),
                        arguments(name.toLowerCase(Locale.ROOT), "case does not count"),
                        arguments(name.toUpperCase(Locale.ROOT), "case does not count"),
                        arguments(name.replace('-', '_'), "CGI, WSGI, PHP and nginx take it for a hyphen"),
                        arguments(name.toLowerCase(Locale.ROOT).replace('-', '_'), "the same in small letters"),
                        arguments(name.replaceFirst("-", "_"), "the same once"),
                        arguments(name.replace('-', '.'), "the dot, as in CVE-2026-88011"),
                        arguments(name.replace('-', '~'), "CGI of some servers takes every sign for a hyphen"),
                        arguments(name.replace('-', '!'), "likewise"), arguments(name.replace('-', '+'), "likewise"),
                        arguments(name.replace('-', '|'), "likewise"), arguments(name.replace('-', '\''), "likewise"),
                        arguments(name.replace('-', '`'), "likewise")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("reservedNames")
    void nobodyIsAnotherByAFieldHoweverItIsSpelled(String name, String why) throws Exception {
        assertThat(gateway.send("GET /api/x", name + ": root-by-header", bearer(), name + ": root-by-header", name + ":")).as(why)
                .startsWith(OK);
        RecordingUpstream.Received known = upstream.next();
        assertThat(folded(known, "X-User-Id")).containsExactly("alice");
        assertThat(folded(known, "X-Gatehouse-Assertion")).hasSize(1);
        assertThat(known.head()).doesNotContain("root-by-header");

        assertThat(gateway.send("GET /open/x", name + ": root-by-header")).startsWith(OK);
        assertThat(upstream.next().head()).doesNotContain("root-by-header").doesNotContainIgnoringCase(name);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            "X-Real-IP | where the client is, to nginx",
            "X_Real_IP | where the client is, to nginx",
            "X-Client-IP | where the client is, to load balancers and CDNs",
            "True-Client-IP | where the client is, to load balancers and CDNs",
            "CF-Connecting-IP | where the client is, to load balancers and CDNs",
            "X-Custom-IP-Authorization | where the client is, to load balancers and CDNs",
            "X-True-IP | where the client is, to load balancers and CDNs",
            "Cluster-Client-IP | where the client is, to load balancers and CDNs",
            "X-Forwarded-User | who the caller is, to backends of sign-in proxies",
            "X-Forwarded-Email | who the caller is, to backends of sign-in proxies",
            "X-Remote-User | who the caller is, to backends of sign-in proxies",
            "Remote-User | who the caller is, to backends of sign-in proxies",
            "Remote_User | who the caller is, to backends of sign-in proxies",
            "Remote-Groups | who the caller is, to backends of sign-in proxies",
            "X-WebAuth-User | who the caller is, to backends of sign-in proxies",
            "X-Auth-Request-User | who the caller is, to backends of sign-in proxies",
            "X-Auth-Request-Email | who the caller is, to backends of sign-in proxies",
            "X-authentik-username | who the caller is, to backends of sign-in proxies",
            "Tailscale-User-Login | who the caller is, to backends of sign-in proxies",
            "X-Vouch-User | who the caller is, to backends of sign-in proxies",
            "X-Userinfo | who the caller is, to backends of sign-in proxies",
            "X-Forwarded-Prefix | a prefix for links and redirects (CVE-2026-35051)",
            "X.Forwarded.Prefix | a prefix for links and redirects (CVE-2026-35051)",
            "X-Forwarded-Uri | another path, to sign-in proxies (CVE-2026-40575)",
            "X-Forwarded-Path | another path, to sign-in proxies (CVE-2026-40575)",
            "X-Envoy-Original-Path | another path, to sign-in proxies (CVE-2026-40575)",
            "X-Forwarded-Port | how the client came, to frameworks",
            "X-Forwarded-Server | how the client came, to frameworks",
            "X-Forwarded-Scheme | how the client came, to frameworks",
            "X-Forwarded-Ssl | how the client came, to frameworks",
            "X-Url-Scheme | how the client came, to frameworks",
            "Front-End-Https | how the client came, to frameworks",
            "X-Original-URL | another path, to IIS, Symfony and Zend",
            "X-Original-URI | another path, to IIS, Symfony and Zend",
            "X_Original_URL | another path, to IIS, Symfony and Zend",
            "X-Rewrite-URL | another path, to IIS, Symfony and Zend",
            "X-HTTP-DestinationURL | another path, to IIS, Symfony and Zend",
            "X-Override-URL | another path, to IIS, Symfony and Zend",
            "X-Proxy-URL | another path, to IIS, Symfony and Zend",
            "Request-URI | another path, to IIS, Symfony and Zend",
            "X-HTTP-Method-Override | another method",
            "X-HTTP-Method | another method",
            "X-Method-Override | another method",
            "X_HTTP_Method_Override | another method",
            "Proxy | HTTP_PROXY of CGI (httpoxy, CVE-2016-5385)",
            "Proxy-Authorization | for a proxy, so for us",
            "Proxy-Connection | for a proxy, so for us",
            "X-Consumer-Username | who the caller is, behind Kong",
            "X-Credential-Identifier | who the caller is, behind Kong",
            "X-Pomerium-Jwt-Assertion | a proof of the caller, behind another gateway",
            "X-Goog-IAP-JWT-Assertion | a proof of the caller, behind another gateway",
            "X-Goog-Authenticated-User-Email | a proof of the caller, behind another gateway",
            "X-MS-CLIENT-PRINCIPAL | a proof of the caller, behind another gateway",
            "X-MS-CLIENT-PRINCIPAL-NAME | a proof of the caller, behind another gateway",
            "X-Amzn-Oidc-Data | a proof of the caller, behind another gateway",
            "Cf-Access-Jwt-Assertion | a proof of the caller, behind another gateway",
            "X-Id-Token | a proof of the caller, behind another gateway",
            "X-Middleware-Subrequest | skips checks in Next.js (CVE-2025-29927)",
            "X-Script-Name | the application's own path, to WSGI and CGI",
            "Script_Name | the application's own path, to WSGI and CGI",
            "Path-Info | the application's own path, to WSGI and CGI",
            "X-Accel-Mapping | files that nginx and Rack send by themselves",
            "X-Sendfile-Type | files that nginx and Rack send by themselves",
            "SSL-Client-Cert | a certificate that nobody has checked",
            "Client-Cert | a certificate that nobody has checked",
            "X-ARR-ClientCert | a certificate that nobody has checked",
            "X-Host | another host",
            "X-HTTP-Host-Override | another host",
            "Proxy-Host | another host",
            "HTTP2-Settings | for one connection only",
            "TE | for one connection only",
            "Trailer | for one connection only",
            "Keep-Alive | for one connection only",
            "Upgrade | for one connection only",
            "Content_Length | framing in the spelling of CGI",
            "Transfer_Encoding | framing in the spelling of CGI",
            "X-Request-Id | ours to give, since logs are joined by it",
            "traceparent | ours to give, since logs are joined by it",
            "tracestate | ours to give, since logs are joined by it",
            "X-Forward-For | a misspelt X-Forwarded-For that some take",
            "Forwarded-For | a misspelt X-Forwarded-For that some take",
            "X-Remote-Group | who the caller is, to Kubernetes",
            "X-Remote-Extra-Scopes | who the caller is, to Kubernetes",
            "Impersonate-User | who the caller is, to Kubernetes",
            "Impersonate-Group | who the caller is, to Kubernetes",
            "Impersonate-Extra-Scopes | who the caller is, to Kubernetes"})
    void noBackendIsToldWhatAClientClaims(String name, String why) throws Exception {
        assertThat(gateway.send("GET /open/x", name + ": evil-7")).startsWith(OK);

        assertThat(upstream.next().head()).as(why).doesNotContain("evil-7");
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
        assertThat(gateway.send("GET /api/x", "Connection: " + options, bearer())).as(why).startsWith(OK);

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
        gateway.send("GET /api/x", "Authorization: Bearer " + token, "X-User-Email: root@x", "X_User_Roles: admin",
                "X.Session.Id: 1", "X-User-Scopes: all");

        RecordingUpstream.Received seen = upstream.next();
        for (String name : List.of("X-User-Email", "X-User-Roles", "X-User-Scopes", "X-Session-Id")) {
            assertThat(folded(seen, name)).as(name).isEmpty();
        }
    }

    static Stream<Arguments> fieldsThatOpenDoorsElsewhere() {
        return Stream.of(
                arguments("X-Forwarded-Uri: /open/x", "the path as Traefik and oauth2-proxy tell it (CVE-2026-40575)"),
                arguments("X-Original-URL: /open/x", "the path as IIS and Symfony tell it"),
                arguments("X-Rewrite-URL: /open/x", "the same"),
                arguments("X-HTTP-Method-Override: OPTIONS", "a method that needs no token"),
                arguments("X-Forwarded-Prefix: /open", "a prefix (CVE-2026-35051)"),
                arguments("X-Forwarded-For: 127.0.0.1", "an address that may do all"),
                arguments("X-Real-IP: 127.0.0.1", "the same as nginx tells it"),
                arguments("Forwarded: for=127.0.0.1;proto=https", "the same as RFC 7239 tells it"),
                arguments("User-Agent: GoogleHC/1.0", "a health checker (GHSA-5hvv-m4w4-gf6v)"),
                arguments("User-Agent: kube-probe/1.30", "another"),
                arguments("User-Agent: ELB-HealthChecker/2.0", "another"),
                arguments("X-User-Roles: admin", "the role itself"),
                arguments("X-Gatehouse-Assertion: e30.e30.e30", "a forged assertion"),
                arguments("Upgrade: websocket", "half a handshake"),
                arguments("Access-Control-Request-Method: GET", "half a preflight"),
                arguments("Origin: null", "an origin that sandboxes have"),
                arguments("Referer: http://localhost/open/x", "a page of ours"),
                arguments("Host: open", "a second host"),
                arguments("Authorization: Basic YWRtaW46YWRtaW4=", "another scheme"),
                arguments("Authorization: Digest username=admin", "another scheme"),
                arguments("X-Middleware-Subrequest: middleware", "a call within Next.js (CVE-2025-29927)"),
                arguments("Authorization: Bearer \u00ff", "a token beyond ASCII"),
                arguments("X-Tenant: a\u00ff", "octets that a rule could fail open on (CVE-2026-73552)"),
                arguments("Cookie: access_token=x; __Host-gatehouse_refresh=y", "cookies that nobody asked for"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("fieldsThatOpenDoorsElsewhere")
    void noFieldOpensAClosedRoute(String field, String why) throws Exception {
        for (String request : List.of("GET /admin/x", "POST /admin/x", "OPTIONS /admin/x", "HEAD /admin/x")) {
            String answer = gateway.send(request, field);
            // Two hosts are malformed; everything else lacks a token, or has one that is none.
            assertThat(answer).as(why).startsWith(field.startsWith("Host") ? "HTTP/1.1 400 " : "HTTP/1.1 401 ");
        }
        assertThat(upstream.drain()).isEmpty();
    }

    @Test
    void octetsBeyondAsciiPassAsTheyCame() throws Exception {
        gateway.send("GET /api/x", bearer(), "X-Tenant: a\u00ff\u00e9", "X-User-Id: \u00ff");

        RecordingUpstream.Received seen = upstream.next();
        assertThat(seen.all("X-Tenant")).containsExactly("a\u00ff\u00e9");
        assertThat(folded(seen, "X-User-Id")).containsExactly("alice");
    }

    @Test
    void addressOfTheClientIsTheSocketsWhateverItSays() throws Exception {
        gateway.send("GET /open/x", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-For: " + "1.2.3.4,".repeat(1000) + "5.6.7.8",
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
            assertThat(gateway.send("GET /few", "X-Forwarded-For: 10.0.0." + i, "X-Real-IP: 10.0.0." + i)).startsWith(OK);
        }
        assertThat(gateway.send("GET /few", "X-Forwarded-For: 10.0.0.9", "Forwarded: for=10.0.0.9")).startsWith("HTTP/1.1 429 ");
    }

    @Test
    void hostLeadsNowhereItDoesNotBelong() throws Exception {
        assertThat(gateway.send("GET /inner/x", "X-Forwarded-Host: inner.example.com", "X-Host: inner.example.com"))
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
        gateway.send("GET /open/x", "X-Forwarded-Host: evil");
        assertThat(upstream.next().head()).doesNotContain("evil");
        upstream.answerWith("HTTP/1.1 200 OK\r\nCache-Control: public, max-age=600\r\nContent-Length: 5\r\n\r\nfirst");
        assertThat(gateway.send("GET /api/x", bearer())).endsWith("first");
        upstream.answerWith("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
        assertThat(gateway.send("GET /api/x", "Authorization: Bearer " + alice().claim("sub", "bob").signed()))
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

    static Stream<Arguments> sessionCookies() {
        return Stream.of(
                arguments("__Host-gatehouse_refresh=evil; Path=/; Secure; HttpOnly", "as the auth service sets it"),
                arguments("__HOST-gatehouse_refresh=evil", "in capitals, the same to some backends"),
                arguments("=__Host-gatehouse_refresh=evil", "without a name, which browsers send back as the name"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("sessionCookies")
    void onlyARouteThatIsToldTheSessionMaySetIt(String cookie, String why) throws Exception {
        upstream.answerWith("HTTP/1.1 200 OK\r\nSet-Cookie: " + cookie
                + "\r\nSet-Cookie: theme=dark\r\nContent-Length: 2\r\n\r\nok");

        assertThat(gateway.send("GET /open/x")).as(why).contains("Set-Cookie: theme=dark").doesNotContain("evil");
        assertThat(gateway.send("GET /auth/x")).contains("Set-Cookie: " + cookie, "Set-Cookie: theme=dark");
    }

    static Stream<Arguments> upgrades() {
        return Stream.of(
                arguments(
                        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "a socket on a route that has none"),
                arguments("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
                        "HTTP/2, through which requests would pass unseen"),
                arguments("Upgrade: TLS/1.2\r\nConnection: Upgrade", "TLS, through which all would pass unseen"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("upgrades")
    void noUpgradeGetsPastTheGateway(String fields, String why) throws Exception {
        assertThat(gateway.send("GET /api/x", fields)).as(why).startsWith("HTTP/1.1 401 ");
        assertThat(upstream.drain()).isEmpty();
        assertThat(gateway.send("GET /api/x", fields, bearer())).startsWith(OK).doesNotContain("101 ", "Upgrade");
        assertThat(upstream.next().head()).doesNotContainIgnoringCase("upgrade", "http2-settings").contains("X-User-Id: alice");
    }
}
