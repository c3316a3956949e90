package dev.gatehouse.gateway.identity;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.CookieNames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class BackendHeadersTests {

    private static final TraceContext NEW_TRACE = new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            false, "");

    @Test
    void tellsBackendWhoIsCalling() {
        TestHeaders received = write(TestHeaders.of(), alice());
        assertThat(received.lines()).containsExactlyInAnyOrder("X-User-Id: 7f3c", "X-User-Name: alice",
                "X-User-Email: alice@example.com",
                "X-User-Roles: user,admin", "X-User-Scopes: orders:read orders:write", "X-Session-Id: s-1",
                "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Proto: http", "X-Forwarded-Host: localhost:8080",
                "Forwarded: for=203.0.113.7;host=\"localhost:8080\";proto=http", "X-Request-Id: request-1",
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }

    @Test
    void tellsNothingOfAnonymousCaller() {
        assertThat(write(TestHeaders.of("X-User-Id", "root"), Caller.ANONYMOUS).cgiNames())
                .noneMatch(name -> name.startsWith("X_USER") || name.startsWith("X_SESSION") || name.startsWith("X_GATEHOUSE"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-User-Id", "x-user-id", "X-USER-ID", "x_user_id", "X_User-Id", "X.User.Id", "x.user_id",
            "X~User~Id", "X-User-Id", "Grpc-Metadata-X-User-Id", "grpc_metadata_x_user",
            "X-User-Anything", "X-User", "X-Session-Id", "x_session_id", "X.Session.Foo", "X-Gatehouse-Assertion",
            "X_GATEHOUSE_ASSERTION",
            "x.gatehouse.x", "X-Seßion-Id", "ſ-user-id", "X-Uſer-Id"})
    void reservedNameNeverPasses(String name) {
        TestHeaders received = write(TestHeaders.of(name, "root", name, "", "Accept", "*/*"), alice());
        assertThat(received.lines()).noneMatch(line -> line.contains("root")).contains("Accept: */*");
        assertThat(Collections.frequency(received.cgiNames(), "X_USER_ID")).isEqualTo(1);
        assertThat(received.all("X-User-Id")).containsExactly("7f3c");
    }

    @Test
    void reservedNamePassesInNoSpelling() {
        Random random = new Random(20261122);
        String separators = "-_.~!#$%&'*+^`|";
        for (int round = 0; round < 5_000; round++) {
            StringBuilder name = new StringBuilder();
            for (char character : List.of("x-user-id", "x-session-id", "x-gatehouse-assertion").get(random.nextInt(3))
                    .toCharArray()) {
                name.append(character == '-'
                        ? separators.charAt(random.nextInt(separators.length()))
                        : random.nextBoolean() ? Character.toUpperCase(character) : character);
            }
            assertThat(write(TestHeaders.of(name.toString(), "root"), Caller.ANONYMOUS).lines()).as(name.toString())
                    .noneMatch(line -> line.contains("root"));
        }
    }

    /// It must not look like a name that ends in one.
    @Test
    void halfACharacterIsNobodyElsesQuestionMark() {
        Caller half = new Caller.Authenticated("gatehouse", "7f3c", List.of("admin\udc00", "🐈"), List.of(), Instant.MAX,
                Map.of("preferred_username", "alice\ud800"));
        TestHeaders received = write(TestHeaders.of(), half);
        assertThat(received.all("X-User-Name")).containsExactly("alice%EF%BF%BD");
        assertThat(received.all("X-User-Roles")).containsExactly("admin%EF%BF%BD,%F0%9F%90%88");
    }

    @Test
    void absentClaimLeavesHeaderAbsent() {
        Caller bare = new Caller.Authenticated("gatehouse", "7f3c", List.of(), List.of(), Instant.MAX,
                Map.of("email", "", "sid", 7));
        TestHeaders received = write(TestHeaders.of("X-User-Email", "root@x", "X-User-Roles", "admin", "X-Session-Id", "s"),
                bare);
        assertThat(received.cgiNames().stream().filter(name -> name.startsWith("X_USER") || name.startsWith("X_SESSION")))
                .containsExactly("X_USER_ID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"close, X-User-Id, X-User-Roles", "X-User-Id", "keep-alive,x-user-id",
            "X-User-Id, X-Forwarded-For, X-Request-Id",
            "x_user_id"})
    void connectionCannotRemoveOurs(String connection) {
        TestHeaders received = write(TestHeaders.of("Connection", connection, "X-User-Id", "root"), alice());
        assertThat(received.all("X-User-Id")).containsExactly("7f3c");
        assertThat(received.all("X-User-Roles")).containsExactly("user,admin");
        assertThat(received.all("X-Forwarded-For")).containsExactly("203.0.113.7");
        assertThat(received.all("X-Request-Id")).containsExactly("request-1");
        assertThat(received.all("Connection")).isEmpty();
    }

    @Test
    void connectionRemovesTheClientsOwn() {
        TestHeaders received = write(
                TestHeaders.of("Connection", "close, Foo", "Connection", "bar", "foo", "1", "BAR", "2", "Baz", "3"), alice());
        assertThat(received.all("Foo")).isEmpty();
        assertThat(received.all("Bar")).isEmpty();
        assertThat(received.all("Baz")).containsExactly("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding",
            "Upgrade",
            "HTTP2-Settings", "Expect", "Host", "X-Real-IP", "X_Real_IP", "X-Original-URL", "X.Original.URL", "X-Rewrite-URL",
            "X-HTTP-Method-Override", "X_HTTP_METHOD_OVERRIDE", "X-HTTP-Method", "X-Method-Override", "Proxy", "pRoXy",
            "X-Forwarded-Prefix",
            "X-Forwarded-Port", "X-Forwarded-Uri", "X_Forwarded_For", "X.Forwarded.Host", "X-Forwarded", "X-Original-Host",
            "X-Client-IP",
            "True-Client-IP", "CF-Connecting-IP", "cf_connecting_ip", "Client-Cert", "X-Client-Cert-Chain", "X_Client_Cert",
            "X-Tls-Client-Subject", "X-Amzn-Mtls-Clientcert", "X-SSL-Cert",
            "X-Forwarded-Client-Cert", "Cf-Client-Cert-Der-Base64", "X-Client-DN", "Remote-User", "SSL-Client-Verify",
            "X-Script-Name",
            "tracestate", "X_Request_Id"})
    void whatProxiesTellBackendsNeverPasses(String name) {
        assertThat(write(TestHeaders.of(name, "evil"), alice()).lines()).noneMatch(line -> line.contains("evil"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept", "Accept-Encoding", "Content-Type", "Content-Length", "User-Agent", "X-Requested-With",
            "X-Userland",
            "X-User", "X-Sessions", "Via", "Origin", "Referer", "Sec-Fetch-Site", "X-Api-Key", "Idempotency-Key", "Prefer",
            "If-None-Match", "X",
            "a", "x_custom", "baggage", "Range", "Forwarded-Custom", "Upgrade-Insecure-Requests",
            "HTTP-Referer", "X-Client-Version", "X-Auth-Token", "X-Token", "X-Tenant-Id", "X-Userland-Id", "Small-1"})
    void everythingElsePasses(String name) {
        boolean reserved = name.equals("X-User"); // folds to the family's own name
        assertThat(write(TestHeaders.of(name, "1", name, "2"), alice()).all(name))
                .isEqualTo(reserved ? List.of() : List.of("1", "2"));
    }

    static Stream<Arguments> cookies() {
        return Stream.of(arguments("the session cookie alone", "__Host-gatehouse_refresh=rt1_x", List.of()),
                arguments("the cookie of a known device", "a=b; __Host-gatehouse_device=x; c=d", List.of("a=b; c=d")),
                arguments("first", "__Host-gatehouse_refresh=rt1_x; a=b; c=d", List.of("a=b; c=d")),
                arguments("last", "a=b; c=d; __Host-gatehouse_refresh=rt1_x", List.of("a=b; c=d")),
                arguments("between, without a space", "a=b;__Host-gatehouse_refresh=rt1_x;c=\"d, e\"", List.of("a=b;c=\"d, e\"")),
                arguments("twice", "__Host-gatehouse_refresh=1; a=b; __Host-gatehouse_refresh=2", List.of("a=b")),
                arguments("with a space before the sign", "__Host-gatehouse_refresh =1; a=b", List.of("a=b")),
                arguments("hidden behind a comma", "a=b, __Host-gatehouse_refresh=1; c=d", List.of("c=d")),
                arguments("others, untouched", "a=b;c=d; ;e", List.of("a=b;c=d; ;e")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void cookies(String why, String cookie, List<String> passed) {
        assertThat(write(TestHeaders.of("Cookie", cookie), alice()).all("cookie")).as(why).isEqualTo(passed);
    }

    @Test
    void tokenPassesOnlyWhereTheRouteForwardsIt() {
        TestHeaders sent = TestHeaders.of("authorization", "Bearer x", "Cookie", "__Host-gatehouse_refresh=1");
        assertThat(write(sent, alice()).lines()).noneMatch(line -> line.contains("Bearer") || line.contains("Cookie"));
        TestHeaders out = new TestHeaders();
        BackendHeaders.write(inbound(sent, List.of("203.0.113.7"), NEW_TRACE), alice(), BackendHeaders.NO_ASSERTION, true,
                CookieNames.NONE, out);
        assertThat(out.lines()).contains("authorization: Bearer x", "Cookie: __Host-gatehouse_refresh=1", "X-User-Id: 7f3c");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            alice          | alice
            Zoë            | Zo%C3%AB
            a b            | a%20b
            100%           | 100%25
            a\\r\\nX: y    | a%0D%0AX:%20y
            🐈             | %F0%9F%90%88
            a,b            | a,b
            a\0b           | a%00b
            a\177b         | a%7Fb
            a\u202eb       | a%E2%80%AEb
            a\u2066b       | a%E2%81%A6b
            a\u200bb       | a%E2%80%8Bb
            """)
    void encodesWhatIsNotVisibleAscii(String name, String sent) {
        String claim = name.replace("\\r\\n", "\r\n");
        Caller caller = new Caller.Authenticated("gatehouse", claim, List.of(), List.of(), Instant.MAX,
                Map.of("preferred_username", claim));
        TestHeaders received = write(TestHeaders.of(), caller);
        assertThat(received.all("X-User-Id")).containsExactly(sent);
        assertThat(received.all("X-User-Name")).containsExactly(sent);
    }

    @Test
    void roleCannotAddAnother() {
        Caller caller = new Caller.Authenticated("gatehouse", "a", List.of("x,admin", "né e"), List.of("a%20b"), Instant.MAX,
                Map.of());
        TestHeaders received = write(TestHeaders.of(), caller);
        assertThat(received.all("X-User-Roles")).containsExactly("x%2Cadmin,n%C3%A9%20e");
        assertThat(received.all("X-User-Scopes")).containsExactly("a%2520b");
    }

    @Test
    void tellsTheWholeBelievedPath() {
        TestHeaders out = new TestHeaders();
        BackendHeaders.write(inbound(TestHeaders.of("tracestate", "a=b"), List.of("2001:db8::7", "10.0.0.1"),
                new TraceContext(NEW_TRACE.traceparent(), true, "")), Caller.ANONYMOUS, "never for nobody", false,
                CookieNames.NONE,
                out);
        assertThat(out.all("X-Gatehouse-Assertion")).isEmpty();
        assertThat(out.all("X-Forwarded-For")).containsExactly("2001:db8::7, 10.0.0.1");
        assertThat(out.all("Forwarded"))
                .containsExactly("for=\"[2001:db8::7]\";host=\"localhost:8080\";proto=http, for=10.0.0.1");
        assertThat(out.all("tracestate")).containsExactly("a=b");
    }

    @Test
    void responseLosesWhatIsNotTheClients() {
        TestHeaders out = new TestHeaders();
        ResponseHeaders
                .write(TestHeaders.of("Content-Type", "text/plain", "Server", "x", "X-Powered-By", "x", "X_Powered_By", "x",
                        "X-Application-Context", "x", "Connection", "close, X-Hop", "X-Hop", "x", "Keep-Alive", "x",
                        "Transfer-Encoding", "chunked",
                        "X-User-Id", "x", "x_session_id", "x", "X-Gatehouse-Assertion", "x", "Content-Length", "3", "Set-Cookie",
                        "a=b", "Set-Cookie",
                        "c=d"), false, CookieNames.NONE, out);
        assertThat(out.lines()).containsExactly("Content-Type: text/plain", "Content-Length: 3", "Set-Cookie: a=b",
                "Set-Cookie: c=d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"__Host-gatehouse_refresh=evil; Path=/; Secure; HttpOnly", "__host-GATEHOUSE_refresh=evil",
            " __Host-gatehouse_refresh =evil", "=__Host-gatehouse_refresh=evil", "a=b, __Host-gatehouse_refresh=evil"})
    void sessionCookieComesFromWhoIsToldIt(String cookie) {
        TestHeaders sent = TestHeaders.of("set-cookie", cookie, "Set-Cookie", "theme=dark");
        TestHeaders ordinary = new TestHeaders();
        ResponseHeaders.write(sent, false, CookieNames.NONE, ordinary);
        TestHeaders authService = new TestHeaders();
        ResponseHeaders.write(sent, true, CookieNames.NONE, authService);

        assertThat(ordinary.lines()).containsExactly("Set-Cookie: theme=dark");
        assertThat(authService.lines()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content_Length", "content.length", "CONTENT_LENGTH", "Content~Length"})
    void lengthComesInOneSpelling(String alias) {
        assertThat(write(TestHeaders.of(alias, "5", "content-length", "7", "Content_Type", "a"), alice()).lines())
                .contains("content-length: 7", "Content_Type: a").noneMatch(line -> line.endsWith(": 5"));
    }

    private static TestHeaders write(TestHeaders sent, Caller caller) {
        TestHeaders out = new TestHeaders();
        BackendHeaders.write(inbound(sent, List.of("203.0.113.7"), NEW_TRACE), caller, BackendHeaders.NO_ASSERTION, false,
                CookieNames.NONE, out);
        return out;
    }

    private static InboundRequest inbound(TestHeaders sent, List<String> path, TraceContext trace) {
        return new InboundRequest(sent, path, "http", "localhost:8080", "request-1", trace);
    }

    private static Caller.Authenticated alice() {
        return new Caller.Authenticated("gatehouse", "7f3c", List.of("user", "admin"), List.of("orders:read", "orders:write"),
                Instant.MAX,
                new TreeMap<>(Map.of("preferred_username", "alice", "email", "alice@example.com", "sid", "s-1")));
    }
}
