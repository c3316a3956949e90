package dev.gatehouse.gateway.pipeline;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Targets that lead a gateway to a public route and a backend to a closed one, as octets to the gateway as it ships. Rows that need no HTTP are in
/// `PathPolicyTests`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PathAttackIT {

    private RecordingUpstream upstream;
    private JarGateway gateway;

    @BeforeAll
    void start() {
        upstream = RecordingUpstream.start();
        gateway = JarGateway.shared("""
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

    @AfterAll
    void stop() {
        upstream.close();
    }

    @BeforeEach
    void forget() {
        upstream.drain();
    }

    /// Ways from one segment up to another: each is `..` and a slash for some parser.
    private static final List<String> WAYS = List.of("../", "./../", "%2e%2e/", "%2E%2e/", ".%2e/", "%2e./", "..%2f", "..%2F",
            "%2e%2e%2f", "..%5c", "..\\", "%2e%2e%5c", "..;/", "..;a=b/", "..%3b/", ";/../", "..%00/", "..%0a/", "..%0d/",
            "..%09/",
            "..%20/../", "%252e%252e/", "%252e%252e%252f", "..%252f", "%c0%ae%c0%ae/", "%c0%ae./", "..%c0%af", "..%e0%80%af",
            "..%c1%9c", "%e0%80%ae%e0%80%ae/", "%ef%bc%8e%ef%bc%8e/", "..%ef%bc%8f", "..%ef%bc%bc", "..%e2%88%95", "..%e2%81%84",
            "%e2%80%a5/", "%e2%80%a4%e2%80%a4/", ".%e2%80%8b./", ".%ef%bb%bf./", ".%c2%ad./", "..%cd%be/", "..%ef%bc%9b/",
            "%u002e%u002e/", "%%32%65%%32%65/", "..//", "/../", ".//../", "..%", "..%2g", "..#/", "..%23/../",
            "..?/../#");

    static Stream<String> climbing() {
        return Stream.of("/public/", "/public/x/../", "/svc/").flatMap(from -> WAYS.stream().map(way -> from + way + "admin/x"));
    }

    @ParameterizedTest
    @MethodSource("climbing")
    void nobodyClimbsOutOfARoute(String target) throws Exception {
        assertThat(gateway.send("GET " + target)).startsWith("HTTP/1.1 400 ").contains("application/problem+json",
                "\"code\":\"request.");
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/admin;x=y", "/admin;/x", "/admin%3bx", "/;/admin", "/;x/admin", "/admin/;/x", "//admin/x", "///admin",
            "/admin//x",
            "/./admin/x", "/%2fadmin", "/%2e/admin", "/admin%2fx", "/admin%5cx", "/admin%00", "/admin%00/x", "/admin/x%00.css",
            "/admin%0a", "/admin%0d%0aX:y", "/admin%09", "/%61dmin/x%2f", "/admin%c0%af", "/admin%ff", "/admin/x%ed%a0%80",
            "/adm%e2%80%8bin/x", "/adm%ef%bb%bfin/x", "/adm%c2%adin/x", "/public/%e2%80%aeadmin", "\\admin", "/public\\..\\admin",
            "http://localhost/public/../admin", "http://localhost//admin/x", "http:/admin/x", "*", "admin/x", "/admin#/public",
            "/public#/../admin", "/public/%zz", "/public/%", "/public/%a", "/public/%u0061", "/public/a%25%32%65"})
    void refusesWhatTwoParsersReadDifferently(String target) throws Exception {
        assertThat(gateway.send("GET " + target)).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/admin/x?/public", "/admin/x?x=/public/", "/admin/x?;/public", "/admin?../public", "/%61dmin/x",
            "/%61%64%6d%69%6e",
            "/admin/", "/admin/public/x", "/admin/x?%2fpublic", "http://localhost/admin/x"})
    void asksForATokenWhateverElseStandsThere(String target) throws Exception {
        String answer = gateway.send("GET " + target);
        // An encoded letter is one spelling too many already.
        assertThat(answer).startsWith(target.contains("%6") ? "HTTP/1.1 400 " : "HTTP/1.1 401 ");
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/ADMIN/x", "/Admin/x", "/admin.", "/admin%20", "/admin./x", "/adminx", "/%C3%A1dmin", "/publicx/y"})
    void takesNoOtherNameForARoutes(String target) throws Exception {
        assertThat(gateway.send("GET " + target)).startsWith("HTTP/1.1 404 ").contains("route.none");
        assertThat(upstream.drain()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/public/a%20b,/public/a%20b", "/public/%C3%A9?q=%2F..%2F,/public/%C3%A9?q=%2F..%2F",
            "/public/a%25,/public/a%25",
            "/public/...,/public/...", "/public/a:b@c,/public/a:b@c", "/public/%40,/public/%40",
            "/svc/x%20y/z?a=/../b,/inside/x%20y/z?a=/../b",
            "/svc/%C3%A9,/inside/%C3%A9", "/public/,/public/"})
    void forwardsTheBytesThatItMatched(String target, String forwarded) throws Exception {
        assertThat(gateway.send("GET " + target)).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.next().target()).isEqualTo(forwarded);
    }

    @ParameterizedTest
    @CsvSource({"post,400", "Post,400", "pOST,400", "POST,401", "GET,200", "TRACE,405", "TRACK,200", "CONNECT,405"})
    void methodIsWhatItIsCalled(String method, int status) throws Exception {
        assertThat(gateway.send(method + " /posts/1")).startsWith("HTTP/1.1 " + status + " ");
        assertThat(upstream.drain()).hasSize(status == 200 ? 1 : 0);
    }

    @Test
    void whatStandsBehindARefusedTargetIsNotLookedAt() throws Exception {
        String host = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String answer = RawClient.exchange(gateway.port(), "GET /public/../admin" + host + "GET /public/smuggled" + host);

        assertThat(answer.split("HTTP/1\\.[01] ", -1)).hasSize(2);
        assertThat(upstream.drain()).isEmpty();
    }
}
