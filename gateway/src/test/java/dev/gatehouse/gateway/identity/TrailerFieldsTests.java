package dev.gatehouse.gateway.identity;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TrailerFieldsTests {

    @ParameterizedTest
    @ValueSource(strings = {"X-Checksum", "Content-Digest", "Repr-Digest", "ETag", "Server-Timing", "grpc-status", "x-a.b_c"})
    void saysBehindABodyWhatIsKnownThen(String name) {
        assertThat(TrailerFields.mayFollowAnswer(name)).isTrue();
        assertThat(TrailerFields.mayFollowRequest(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "content-type", "Content_Length", "Transfer-Encoding", "Transfer_Encoding", "Host",
            "TE",
            "Trailer", "Connection", "Keep-Alive", "Upgrade", "Proxy-Authorization", "Expect", "Range", "If-Match", "Set-Cookie",
            "Cookie",
            "Authorization", "WWW-Authenticate", "Cache_Control", "Vary", "Location", "Retry-After", "Date", "Age", "Expires",
            "Access-Control-Allow-Origin", "Content-Security-Policy", "Strict-Transport-Security", "X-Frame-Options",
            "Clear-Site-Data",
            "RateLimit", "RateLimit-Policy", "X-User-Id", "X_Session_Id", "x.gatehouse.assertion", "X-Request-Id",
            "Content-Digestion",
            "Content_Digest", "", "a b", "a:b", ":status", "ß", "a\r\nSet-Cookie"})
    void saysNothingThatBelongsToAHeaderSection(String name) {
        assertThat(TrailerFields.mayFollowAnswer(name)).isFalse();
        assertThat(TrailerFields.mayFollowRequest(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "Forwarded", "traceparent", "X-Real-IP", "X-Original-URL",
            "X-HTTP-Method-Override",
            "X-Remote-User", "Client-Cert"})
    void tellsNoBackendBehindABodyWhatNoneIsToldAheadOfIt(String name) {
        assertThat(TrailerFields.mayFollowRequest(name)).isFalse();
    }

    @Test
    void announcesWhatMayComeAndHasNotBeenSaid() {
        assertThat(TrailerFields.announced(List.of("X-Sum , X-User-Id,,Host", "x-tenant, ETag"), TestHeaders.of("X-Tenant", "1")))
                .containsExactly("X-Sum", "ETag");
    }

    @Test
    void announcesNothingThatItsConnectionNames() {
        assertThat(TrailerFields.announced(List.of("X-Hop, X-Sum, x-said"),
                TestHeaders.of("Connection", "close, x-hop", "Connection", "X-Said", "X-Said", "1"))).containsExactly("X-Sum");
    }

    @Test
    void announcesSoManyAtMost() {
        List<String> many = IntStream.range(0, 100).mapToObj(i -> "x-" + i).toList();

        assertThat(TrailerFields.announced(many, TestHeaders.of())).hasSize(32);
    }

    @Test
    void passesOfARequestWhatWasAnnounced() {
        TestHeaders out = new TestHeaders();

        TrailerFields.ofRequest(List.of("X-Sum"), TestHeaders.of("x-sum", "1", "X-Other", "2", "Host", "evil"), out);

        assertThat(out.lines()).containsExactly("x-sum: 1");
    }

    @Test
    void passesOfAnAnswerNothingThatItsConnectionNames() {
        TestHeaders out = new TestHeaders();

        TrailerFields.ofAnswer(TestHeaders.of("Connection", "close, X-Hop"), TestHeaders.of("X-Hop", "1", "X-Sum", "2"), out);

        assertThat(out.lines()).containsExactly("X-Sum: 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"trailers", "Trailers", "gzip;q=0.5, trailers"})
    void areTakenByThoseWhoSaySo(String te) {
        assertThat(TrailerFields.areTaken(List.of(te))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gzip", "trailer", "xtrailers"})
    void areTakenByNobodyElse(String te) {
        assertThat(TrailerFields.areTaken(List.of(te))).isFalse();
    }
}
