package dev.gatehouse.gateway.pipeline;

import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Backends that answer what two parsers could read differently, or what a client must not be told.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResponseAttackIT {

    private static final String GET = "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    @RegisterExtension
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private JarGateway gateway;

    @BeforeAll
    void start() {
        gateway = JarGateway.shared("""
                version: 1
                routes:
                  - { id: all, match: { path: /** }, upstream: "%s", access: public, timeout: 1s, retries: never }
                """.formatted(upstream.url()));
    }

    record Row(String why, String answer) {

        @Override
        public String toString() {
            return why;
        }
    }

    static Stream<Row> badAnswers() {
        return Stream.of(
                new Row("a length beside chunks", OK + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                new Row("two lengths", OK + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
                new Row("two lengths in one field", OK + "Content-Length: 5, 6\r\n\r\nhello!"),
                new Row("a length with a sign", OK + "Content-Length: +5\r\n\r\nhello"),
                new Row("a NUL in a value", OK + "X-A: b\0c\r\nContent-Length: 0\r\n\r\n"),
                new Row("a carriage return in a value", OK + "X-A: b\rSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"),
                new Row("a bare line feed", OK + "X-A: b\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"),
                new Row("a line without a colon", OK + "X-A\r\nContent-Length: 0\r\n\r\n"),
                new Row("an unasked change of protocol",
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badAnswers")
    void passesNoAnswerThatTwoParsersCouldReadDifferently(Row row) throws Exception {
        upstream.answerWith(row.answer);

        assertThat(RawClient.exchange(gateway.port(), GET)).startsWith("HTTP/1.1 502 ").doesNotContain("Set-Cookie");
    }

    /// A head that is well, and a body that breaks before its first octet: what the upstream said goes to nobody, least of all to a cache.
    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked\r\n\r\nZZ\r\n", "Transfer-Encoding: chunked\r\n\r\n-1\r\n"})
    void keepsBackTheFieldsOfAnAnswerThatBreaksBeforeItsBody(String body) throws Exception {
        upstream.answerWith(OK + "Set-Cookie: sid=x\r\nCDN-Cache-Control: max-age=600\r\nExpires: never\r\nETag: \"1\"\r\n"
                + "Access-Control-Allow-Origin: *\r\nVary: X-A\r\nConnection: close\r\n" + body);

        assertThat(RawClient.exchange(gateway.port(), GET)).startsWith("HTTP/1.1 502 ").contains("no-store", "X-Request-Id: ")
                .doesNotContainIgnoringCase("set-cookie", "cdn-cache", "expires", "etag", "access-control", "x-a");
    }

    @Test
    void passesNothingThatIsForTheGatewayOnly() throws Exception {
        upstream.answerWith(OK
                + "Server: s/1\r\nX_User_Id: root\r\nX-Gatehouse-Assertion: a\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n"
                + "X-Powered-By: p\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-User-Id: root\r\nServer: s/2\r\nSet-Cookie: a=b\r\n\r\n");

        assertThat(RawClient.exchange(gateway.port(), GET)).startsWith("HTTP/1.1 200 ").containsPattern("\r\n\r\n(2\r\n)?ok")
                .doesNotContainIgnoringCase("server",
                        "user", "gatehouse", "x-hop", "keep-alive", "powered", "trailer", "set-cookie");
    }

    @Test
    void skipsHintsAheadOfTheAnswer() throws Exception {
        upstream.answerWith("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + "Content-Length: 2\r\n\r\nok");

        assertThat(RawClient.exchange(gateway.port(), GET)).startsWith("HTTP/1.1 200 ").endsWith("ok")
                .doesNotContain("HTTP/1.1 103");
    }

    @Test
    void keepsNoSecondAnswerForTheNextRequest() throws Exception {
        upstream.answerWith(OK + "Content-Length: 2\r\n\r\nok" + OK + "Content-Length: 4\r\n\r\nevil");

        for (int i = 0; i < 5; i++) {
            assertThat(RawClient.exchange(gateway.port(), GET)).doesNotContain("evil");
        }
    }
}
