package dev.gatehouse.gateway.identity;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.proxies.TrustedProxies;

import static org.assertj.core.api.Assertions.assertThat;

class InboundRequestsTests {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress STRANGER = InetAddress.ofLiteral("203.0.113.9");

    private final InboundRequests requests = of(TrustedProxies.of(List.of("10.0.0.0/8"), List.of("for", "proto", "host")));
    private final InboundRequests standard = of(TrustedProxies.of(List.of("10.0.0.0/8"), List.of("forwarded")));

    private static InboundRequests of(TrustedProxies proxies) {
        return new InboundRequests(proxies, SpanPolicy.NONE,
                Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC));
    }

    @Test
    void believesTrustedProxy() {
        InboundRequest request = requests.read(forwarded(), PROXY, false, "gateway:8080");
        assertThat(request.clientAddress()).isEqualTo("198.51.100.1");
        assertThat(request.proto()).isEqualTo("https");
        assertThat(request.host()).isEqualTo("api.example.com");
        assertThat(request.requestId()).isEqualTo("req-1");
        assertThat(request.trace()).isEqualTo(new TraceContext(TRACE, true, ""));
    }

    @Test
    void believesNobodyElse() {
        InboundRequest request = requests.read(forwarded(), STRANGER, false, "gateway:8080");
        assertThat(request.clientAddress()).isEqualTo("203.0.113.9");
        assertThat(request.proto()).isEqualTo("http");
        assertThat(request.host()).isEqualTo("gateway:8080");
        assertThat(request.requestId()).matches("[0-9a-hjkmnp-tv-z]{26}");
        assertThat(request.trace().traceparent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01").isNotEqualTo(TRACE);
        assertThat(request.trace().kept()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"b", "é", "<script>", "a,b"})
    void writesNewIdForMalformedOne(String id) {
        assertThat(requests.read(TestHeaders.of("X-Request-Id", id), PROXY, true, "").requestId()).hasSize(26);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g"})
    void beginsNewTraceForMalformedOne(String traceparent) {
        assertThat(requests.read(TestHeaders.of("traceparent", traceparent), PROXY, true, "").trace().kept()).isFalse();
    }

    @Test
    void believesNeitherOfTwo() {
        TestHeaders twice = TestHeaders.of("X-Request-Id", "a", "X-Request-Id", "b", "traceparent", TRACE, "traceparent", TRACE);
        assertThat(requests.read(twice, PROXY, true, "").requestId()).hasSize(26);
        assertThat(requests.read(twice, PROXY, true, "").trace().kept()).isFalse();
    }

    @Test
    void takesProtoAndHostFromTheNearestProxy() {
        TestHeaders lists = TestHeaders.of("X-Forwarded-Proto", "http, HTTPS", "X-Forwarded-Host", "evil.com, api.example.com");
        assertThat(requests.read(lists, PROXY, false, "own").proto()).isEqualTo("https");
        assertThat(requests.read(lists, PROXY, false, "own").host()).isEqualTo("api.example.com");
    }

    @Test
    void keepsOwnProtoAndHostForMalformedOnes() {
        TestHeaders bad = TestHeaders.of("X-Forwarded-Proto", "gopher", "X-Forwarded-Host", "a\"b");
        assertThat(requests.read(bad, PROXY, true, "own").proto()).isEqualTo("https");
        assertThat(requests.read(bad, PROXY, true, "own").host()).isEqualTo("own");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            for=198.51.100.1                                                  | 198.51.100.1 | http  | own
            For="198.51.100.1:4711";Proto=https;Host=api.example.com          | 198.51.100.1 | https | api.example.com
            for=1.1.1.1, for=198.51.100.1;proto=https, for=10.0.0.9;host=a.b  | 198.51.100.1 | http  | a.b
            for="[2001:db8::7]:443" ; proto=https                             | 2001:db8::7  | https | own
            for=unknown;host=x                                                | 10.0.0.1     | http  | x
            for=_hidden                                                       | 10.0.0.1     | http  | own
            for="198.51.100.1                                                 | 10.0.0.1     | http  | own
            for=198.51.100.1;host=a b                                         | 10.0.0.1     | http  | own
            for=198.51.100.1,                                                 | 10.0.0.1     | http  | own
            for=198.51.100.1;host="a\\"b"                                   | 198.51.100.1 | http  | own
            for=                                                              | 10.0.0.1     | http  | own
            198.51.100.1                                                      | 10.0.0.1     | http  | own
            """)
    void readsForwardedOfTrustedProxy(String forwarded, String client, String proto, String host) {
        InboundRequest request = standard.read(TestHeaders.of("Forwarded", forwarded), PROXY, false, "own");
        assertThat(List.of(request.clientAddress(), request.proto(), request.host())).containsExactly(client, proto, host);
        assertThat(standard.read(TestHeaders.of("Forwarded", forwarded), STRANGER, false, "own").clientAddress())
                .isEqualTo("203.0.113.9");
    }

    /// What a proxy does not write it passes on: the client's own word.
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            for,proto      | X-Forwarded-For: 198.51.100.1; X-Forwarded-Proto: https; X-Forwarded-Host: evil      | 198.51.100.1 | https | own
            for            | X-Forwarded-For: 198.51.100.1; X-Forwarded-Proto: https; X-Forwarded-Host: evil      | 198.51.100.1 | http  | own
            proto          | X-Forwarded-For: 198.51.100.1; X-Forwarded-Proto: https; X-Forwarded-Host: evil      | 10.0.0.1     | https | own
            host           | X-Forwarded-For: 198.51.100.1; X-Forwarded-Proto: https; X-Forwarded-Host: a.b       | 10.0.0.1     | http  | a.b
            for,proto,host | X-Forwarded-For: 198.51.100.1; X-Forwarded-Proto: https; X-Forwarded-Host: a.b       | 198.51.100.1 | https | a.b
            forwarded      | X-Forwarded-For: 6.6.6.6; X-Forwarded-Proto: https; X-Forwarded-Host: evil           | 10.0.0.1     | http  | own
            for,proto      | Forwarded: for=6.6.6.6 proto=https host=evil                                         | 10.0.0.1     | http  | own
            for            | Forwarded: for=6.6.6.6 proto=https host=evil                                         | 10.0.0.1     | http  | own
            for,proto,host | Forwarded: for=6.6.6.6 proto=https host=evil                                         | 10.0.0.1     | http  | own
            proto          | Forwarded: for=198.51.100.1 proto=https host=evil                                    | 10.0.0.1     | http  | own
            host           | Forwarded: for=198.51.100.1 proto=https host=evil                                    | 10.0.0.1     | http  | own
            forwarded      | Forwarded: for=198.51.100.1 proto=https host=a.b                                     | 198.51.100.1 | https | a.b
            forwarded      | X-Forwarded-For: 6.6.6.6; X-Forwarded-Host: evil; Forwarded: for=198.51.100.1        | 198.51.100.1 | http  | own
            for,proto      | X-Forwarded-For: 198.51.100.1; Forwarded: for=6.6.6.6 proto=https                    | 198.51.100.1 | http  | own
            """)
    void believesAProxyInWhatItWritesItself(String names, String lines, String client, String proto, String host) {
        String[] fields = Stream.of(lines.split("; ")).flatMap(line -> Stream.of(line.split(": ")))
                .map(part -> part.startsWith("for=") ? part.replace(' ', ';') : part).toArray(String[]::new);
        InboundRequest request = of(TrustedProxies.of(List.of("10.0.0.0/8"), List.of(names.split(","))))
                .read(TestHeaders.of(fields), PROXY, false, "own");
        assertThat(List.of(request.clientAddress(), request.proto(), request.host())).containsExactly(client, proto, host);
    }

    @Test
    void tellsNobodyOfImpossibleHost() {
        assertThat(requests.read(TestHeaders.of(), STRANGER, false, "a\"b").host()).isEmpty();
        assertThat(requests.read(TestHeaders.of(), STRANGER, false, "").host()).isEmpty();
        assertThat(requests.read(TestHeaders.of(), STRANGER, false, "[::1]:8080").host()).isEqualTo("[::1]:8080");
    }

    @Test
    void tellsNobodyOfHostLongerThanAny() {
        String longest = "a".repeat(255) + ":65535";
        assertThat(requests.read(TestHeaders.of(), STRANGER, false, longest).host()).isEqualTo(longest);
        assertThat(requests.read(TestHeaders.of(), STRANGER, false, longest + "0").host()).isEmpty();
    }

    @Test
    void givesEveryRequestItsOwnNames() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            InboundRequest request = requests.read(TestHeaders.of(), STRANGER, false, "");
            names.add(request.requestId());
            names.add(request.trace().traceId());
        }
        assertThat(names).hasSize(20_000);
    }

    private static TestHeaders forwarded() {
        return TestHeaders.of("X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https", "X-Forwarded-Host",
                "api.example.com",
                "X-Request-Id", "req-1", "traceparent", TRACE);
    }
}
