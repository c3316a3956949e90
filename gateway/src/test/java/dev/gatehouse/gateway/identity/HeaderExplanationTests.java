package dev.gatehouse.gateway.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.CookieNames;
import dev.gatehouse.gateway.identity.HeaderSection.Dropped;
import dev.gatehouse.gateway.identity.HeaderSection.Field;

import static org.assertj.core.api.Assertions.assertThat;

/// What operators are told of a request's fields, and that it is what backends get.
class HeaderExplanationTests {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final Caller ALICE = new Caller.Authenticated("gatehouse", "7f3c", List.of("admin"), List.of("read"),
            Instant.MAX,
            Map.of());

    @ParameterizedTest
    @CsvSource({"Host, CONNECTION", "Sec-WebSocket-Key, CONNECTION", "x_request_id, WRITTEN_AFRESH", "tracestate, WRITTEN_AFRESH",
            "X-User-Id, RESERVED", "x.gatehouse, RESERVED", "X-Real-IP, CALLER", "Impersonate-User, OTHER_GATEWAY",
            "SM_USER, OTHER_GATEWAY", "$WSRU, CALLER", "HTTP_X_Forwarded_For, WRITTEN_AFRESH", "X-Original-URL, ADDRESS",
            "Proxy, ACTION", "Content_Length, LENGTH_ALIAS", "foo, NAMED_IN_CONNECTION",
            "bar, NAMED_IN_CONNECTION", "authorization, CREDENTIALS"})
    void tellsWhyAFieldStaysBehind(String name, DropReason reason) {
        HeaderSection told = explain(TestHeaders.of("Connection", ", Foo,BAR", name, "secret", "Accept", "*/*"), false, false);

        assertThat(told.dropped()).containsExactly(new Dropped("Connection", DropReason.CONNECTION), new Dropped(name, reason));
        assertThat(told.passed()).containsExactly(new Field("Accept", "*/*"));
    }

    @Test
    void tellsWhatTheGatewayWrites() {
        assertThat(explain(TestHeaders.of(), false, false).written()).contains(new Field("X-User-Id", "7f3c"),
                new Field("X-User-Roles", "admin"), new Field("X-User-Scopes", "read"), new Field("X-Request-Id", "request-1"),
                new Field("X-Gatehouse-Assertion", "signed"), new Field("X-Forwarded-For", "::1"),
                new Field("Forwarded", "for=\"[::1]\";host=\"localhost:8080\";proto=http"), new Field("traceparent", TRACE));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            access_token=secret                     |          | true
            a=b; access.token=secret; c=d           | a=b; c=d | true
            __Host-gatehouse_refresh=secret; a=b    | a=b      | true
            a=b; c=d                                | a=b; c=d | false
            """)
    void tellsOfCookiesThatStayBehind(String cookie, String rest, boolean dropped) {
        HeaderSection told = explain(TestHeaders.of("Cookie", cookie), false, false);

        assertThat(told.passed()).isEqualTo(rest == null ? List.of() : List.of(new Field("Cookie", rest)));
        assertThat(told.dropped()).isEqualTo(dropped ? List.of(new Dropped("Cookie", DropReason.CREDENTIALS)) : List.of());
    }

    @Test
    void credentialsPassWhereTheRouteForwardsThem() {
        HeaderSection told = explain(TestHeaders.of("Authorization", "Bearer x", "Cookie", "access_token=x"), true, false);

        assertThat(told.passed()).containsExactly(new Field("Authorization", "Bearer x"), new Field("Cookie", "access_token=x"));
        assertThat(told.dropped()).isEmpty();
    }

    @Test
    void stateOfATracePassesWithTheTraceItBelongsTo() {
        TestHeaders sent = TestHeaders.of("tracestate", "a=b", "X-User", "root");

        assertThat(explain(sent, false, true).passed()).containsExactly(new Field("tracestate", "a=b"));
        assertThat(explain(sent, false, false).passed()).isEmpty();
    }

    @Test
    void assertionIsWrittenOnlyWhereThereIsOne() {
        TestHeaders with = new TestHeaders();
        BackendHeaders.write(inbound(TestHeaders.of(), false), ALICE, "signed", false, CookieNames.NONE, with);
        TestHeaders without = new TestHeaders();
        BackendHeaders.write(inbound(TestHeaders.of(), false), ALICE, BackendHeaders.NO_ASSERTION, false, CookieNames.NONE,
                without);

        assertThat(with.all("X-Gatehouse-Assertion")).containsExactly("signed");
        assertThat(without.all("X-Gatehouse-Assertion")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"GET, false", "HEAD, false", "DELETE, false", "POST, true", "PUT, true", "PATCH, true", "OPTIONS, true",
            "get, true"})
    void tellsBackendsOfNoBodyWhereTheyWouldWaitForOne(String method, boolean tells) {
        assertThat(BackendHeaders.tellsOfNoBody(method)).isEqualTo(tells);
    }

    @ParameterizedTest
    @EnumSource
    void everyReasonIsSaidInWords(DropReason reason) {
        assertThat(reason.why()).contains(" ");
    }

    @Test
    void anOrdinaryNameHasNoReasonToStayBehind() {
        assertThat(DropReason.of("Accept")).isEmpty();
        assertThat(DropReason.of("X-User-Id")).contains(DropReason.RESERVED);
    }

    @Test
    void encodesDeleteAsItIsNotSeen() {
        assertThat(VisibleText.of("a\u007f~!")).isEqualTo("a%7F~!");
        assertThat(VisibleText.joined(List.of("admin"), ',')).isEqualTo("admin");
        assertThat(VisibleText.joined(List.of("a,b"), ',')).isEqualTo("a%2Cb");
    }

    private static HeaderSection explain(TestHeaders sent, boolean forwardToken, boolean traced) {
        return BackendHeaders.explain(inbound(sent, traced), ALICE, "signed", forwardToken,
                CookieNames.of(Set.of("access_token")));
    }

    private static InboundRequest inbound(TestHeaders sent, boolean traced) {
        return new InboundRequest(sent, List.of("::1"), "http", "localhost:8080", "request-1",
                new TraceContext(TRACE, traced, ""));
    }
}
