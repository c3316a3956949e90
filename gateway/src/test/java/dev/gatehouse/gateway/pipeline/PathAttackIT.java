package dev.gatehouse.gateway.pipeline;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Targets that lead a gateway to a public route and a backend to a closed one, as octets to the gateway as it ships. Rows that need no HTTP are in
/// `PathPolicyTests`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PathAttackIT {

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private JarGateway gateway;

    /// The protocol of the suite.
    Spoken spoken() {
        return Spoken.HTTP_1_1;
    }

    final String send(String line, String... fields) {
        return spoken().send(gateway, "localhost", line, fields);
    }

    @BeforeAll
    void start() {
        gateway = spoken().shared("""
                version: 1
                issuers:
                  none: { issuer: "https://none", jwks: "http://127.0.0.1:1/keys", audiences: [api] }
                routes:
                  - { id: public, match: { path: /public/** }, upstream: "%1$s", access: public }
                  - { id: admin, match: { path: /admin/** }, upstream: "%1$s", access: signed-in }
                  - { id: stripped, match: { path: /svc/** }, upstream: "%1$s/inside", access: public, strip-prefix: 1 }
                  - { id: post, match: { path: /posts/**, methods: [POST] }, upstream: "%1$s", access: signed-in }
                  - { id: read, match: { path: /posts/** }, upstream: "%1$s", access: public }
                """.formatted(upstream.url()));
    }

    /// A way from one segment up to another: `..` and a slash for some parser.
    ///
    /// @param why what that parser would do, or what it reads
    private record Way(String octets, String why) {}

    private static final List<Way> WAYS = List.of(
            new Way("../", "as it stands"),
            new Way("./../", "behind a segment that is dropped"),
            new Way("%2e%2e/", "encoded dots"),
            new Way("%2E%2e/", "encoded dots in capitals"),
            new Way(".%2e/", "the second dot encoded"),
            new Way("%2e./", "the first dot encoded"),
            new Way("..%2f", "an encoded slash"),
            new Way("..%2F", "an encoded slash in capitals"),
            new Way("%2e%2e%2f", "all of it encoded"),
            new Way("..%5c", "an encoded backslash, a slash on Windows"),
            new Way("..\\", "a backslash, which browsers and Windows turn"),
            new Way("%2e%2e%5c", "encoded dots and backslash"),
            new Way("..;/", "a path parameter that Tomcat drops"),
            new Way("..;a=b/", "a path parameter with a value"),
            new Way("..%3b/", "an encoded path parameter"),
            new Way(";/../", "a segment of nothing but a parameter"),
            new Way("..%00/", "a NUL that ends C strings"),
            new Way("..%0a/", "a line feed that trimmers drop"),
            new Way("..%0d/", "a carriage return that trimmers drop"),
            new Way("..%09/", "a tab that trimmers drop"),
            new Way("..%20/../", "a space that Windows drops"),
            new Way("%252e%252e/", "encoded twice"),
            new Way("%252e%252e%252f", "all of it encoded twice"),
            new Way("..%252f", "a slash encoded twice"),
            new Way("%c0%ae%c0%ae/", "dots in overlong UTF-8"),
            new Way("%c0%ae./", "one dot in overlong UTF-8"),
            new Way("..%c0%af", "a slash in overlong UTF-8 of two octets"),
            new Way("..%e0%80%af", "a slash in overlong UTF-8 of three octets"),
            new Way("..%c1%9c", "a backslash in overlong UTF-8"),
            new Way("%e0%80%ae%e0%80%ae/", "dots in overlong UTF-8 of three octets"),
            new Way("%ef%bc%8e%ef%bc%8e/", "full-width dots, plain ones after normalization"),
            new Way("..%ef%bc%8f", "a full-width slash"),
            new Way("..%ef%bc%bc", "a full-width backslash"),
            new Way("..%e2%88%95", "a division slash, a slash for some code pages"),
            new Way("..%e2%81%84", "a fraction slash, likewise"),
            new Way("%e2%80%a5/", "a two dot leader, two dots after normalization"),
            new Way("%e2%80%a4%e2%80%a4/", "one dot leaders"),
            new Way(".%e2%80%8b./", "a space of no width between the dots"),
            new Way(".%ef%bb%bf./", "a byte order mark between the dots"),
            new Way(".%c2%ad./", "a soft hyphen between the dots"),
            new Way("..%cd%be/", "a Greek question mark, a semicolon after normalization"),
            new Way("..%ef%bc%9b/", "a full-width semicolon"),
            new Way("%u002e%u002e/", "dots as IIS encodes them"),
            new Way("%%32%65%%32%65/", "triplets that make triplets"),
            new Way("..//", "an empty segment behind it"),
            new Way("/../", "an empty segment before it"),
            new Way(".//../", "both"),
            new Way("..%", "half a triplet"),
            new Way("..%2g", "a triplet that is none"),
            new Way("..#/", "a fragment"),
            new Way("..%23/../", "an encoded fragment, and then as it stands"),
            new Way("..?/../#", "a query with a fragment"));

    static Stream<Arguments> climbing() {
        return Stream.of("/public/", "/public/x/../", "/svc/")
                .flatMap(from -> WAYS.stream().map(way -> arguments(from + way.octets + "admin/x", way.why)));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("climbing")
    void nobodyClimbsOutOfARoute(String target, String why) throws Exception {
        assertThat(send("GET " + target)).as(why).startsWith("HTTP/1.1 400 ").contains("application/problem+json",
                "\"code\":\"request.");
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', value = {
            "/admin;x=y | a parameter that Tomcat drops",
            "/admin;/x | a parameter without a name",
            "/admin%3bx | an encoded parameter",
            "/;/admin | a segment of a parameter alone",
            "/;x/admin | the same with a name",
            "/admin/;/x | the same further down",
            "//admin/x | an authority for some, a slash for others",
            "///admin | two empty segments",
            "/admin//x | an empty segment that many drop",
            "/./admin/x | a segment that many drop",
            "/%2fadmin | an encoded slash",
            "/%2e/admin | an encoded segment that many drop",
            "/admin%2fx | one segment or two",
            "/admin%5cx | one segment, or two on Windows",
            "/admin%00 | a NUL that ends C strings",
            "/admin%00/x | the same further up",
            "/admin/x%00.css | an ending that a C string loses",
            "/admin%0a | a line feed that trimmers drop",
            "/admin%0d%0aX:y | a field, once decoded",
            "/admin%09 | a tab that trimmers drop",
            "/%61dmin/x%2f | an encoded letter and an encoded slash",
            "/admin%c0%af | a slash in overlong UTF-8",
            "/admin%ff | no UTF-8 at all",
            "/admin/x%ed%a0%80 | half of a pair of UTF-16",
            "/adm%e2%80%8bin/x | a space of no width",
            "/adm%ef%bb%bfin/x | a byte order mark",
            "/adm%c2%adin/x | a soft hyphen",
            "/public/%e2%80%aeadmin | text that runs backwards",
            "\\admin | a backslash for a slash",
            "/public\\..\\admin | backslashes that Windows climbs by",
            "http://localhost/public/../admin | climbing in the absolute form",
            "http://localhost//admin/x | an empty segment in the absolute form",
            "http:/admin/x | an absolute form without an authority",
            "* | the form of servers",
            "admin/x | no slash at the beginning",
            "/admin#/public | a fragment behind the closed path",
            "/public#/../admin | a fragment behind the public path",
            "/public/%zz | a triplet that is none",
            "/public/% | a percent sign alone",
            "/public/%a | half a triplet",
            "/public/%u0061 | a letter as IIS encodes it",
            "/public/a%25%32%65 | triplets that make a triplet"})
    void refusesWhatTwoParsersReadDifferently(String target, String why) throws Exception {
        assertThat(send("GET " + target)).as(why).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest(name = "{2}: {0}")
    @CsvSource(delimiter = '|', value = {
            "/admin/x?/public | 401 | the public path as the query",
            "/admin/x?x=/public/ | 401 | in the query",
            "/admin/x?;/public | 401 | behind a parameter in the query",
            "/admin?../public | 401 | climbing in the query",
            "/%61dmin/x | 400 | an encoded letter, one spelling too many",
            "/%61%64%6d%69%6e | 400 | nothing but encoded letters",
            "/admin/ | 401 | a slash at the end",
            "/admin/public/x | 401 | further down",
            "/admin/x?%2fpublic | 401 | encoded in the query"})
    void asksForATokenWhateverElseStandsThere(String target, int status, String why) throws Exception {
        assertThat(send("GET " + target)).as(why).startsWith("HTTP/1.1 " + status + " ");
        assertThat(upstream.drain()).isEmpty();
    }

    @Test
    void asksForATokenInTheAbsoluteForm() throws Exception {
        assertThat(send("GET http://localhost/admin/x")).startsWith("HTTP/1.1 401 ");
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', value = {
            "/ADMIN/x | capitals, the same to Windows",
            "/Admin/x | one capital",
            "/admin. | a dot that Windows drops",
            "/admin%20 | a space that Windows drops",
            "/admin./x | a dot within",
            "/adminx | a longer name",
            "/%C3%A1dmin | a letter with an accent that some collations drop",
            "/publicx/y | a longer name of the public one"})
    void takesNoOtherNameForARoutes(String target, String why) throws Exception {
        assertThat(send("GET " + target)).as(why).startsWith("HTTP/1.1 404 ").contains("route.none");
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest(name = "{2}: {0}")
    @CsvSource(delimiter = '|', value = {
            "/public/a%20b | /public/a%20b | an encoded space",
            "/public/a? | /public/a? | a query of nothing",
            "/public/? | /public/? | the same behind a slash",
            "/public/a?? | /public/a?? | a query of a question mark",
            "/svc/a? | /inside/a? | a query of nothing, without the first segment",
            "/public/%C3%A9?q=%2F..%2F | /public/%C3%A9?q=%2F..%2F | a letter beyond ASCII, and a query that would climb",
            "/public/a%25 | /public/a%25 | an encoded percent sign",
            "/public/... | /public/... | three dots",
            "/public/a:b@c | /public/a:b@c | delimiters that a segment may hold",
            "/public/%40 | /public/%40 | one of them encoded",
            "/svc/x%20y/z?a=/../b | /inside/x%20y/z?a=/../b | without the first segment",
            "/svc/%C3%A9 | /inside/%C3%A9 | the same beyond ASCII",
            "/public/ | /public/ | a slash at the end"})
    void forwardsTheBytesThatItMatched(String target, String forwarded, String why) throws Exception {
        assertThat(send("GET " + target)).as(why).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.next().target()).isEqualTo(forwarded);
    }

    @ParameterizedTest(name = "{2}: {0}")
    @CsvSource(delimiter = '|', value = {
            "post | 400 | small letters, the same to some backends",
            "Post | 400 | one capital",
            "pOST | 400 | one small letter",
            "POST | 401 | the closed route's own",
            "GET | 200 | the public route's",
            "TRACE | 405 | shows the request with its secrets",
            "TRACK | 200 | a word that only IIS knows is a word like any other"})
    void methodIsWhatItIsCalled(String method, int status, String why) throws Exception {
        assertThat(send(method + " /posts/1")).as(why).startsWith("HTTP/1.1 " + status + " ");
        assertThat(upstream.drain()).hasSize(status == 200 ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X_HTTP_METHOD_OVERRIDE", "_method"})
    void noFieldIsTheMethod(String name) throws Exception {
        assertThat(send("POST /posts/1", name + ": GET")).startsWith("HTTP/1.1 401 ");
        assertThat(upstream.drain()).isEmpty();
    }

    @Test
    void opensNoTunnel() throws Exception {
        assertThat(send("CONNECT /posts/1")).startsWith("HTTP/1.1 405 ");
        assertThat(upstream.drain()).isEmpty();
    }

    @Test
    void whatStandsBehindARefusedTargetIsNotLookedAt() throws Exception {
        String host = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String answer = RawClient.exchange(gateway.port(), "GET /public/../admin" + host + "GET /public/smuggled" + host);

        assertThat(answer.split("HTTP/1\\.[01] ", -1)).hasSize(2);
        assertThat(upstream.drain()).isEmpty();
    }
}
