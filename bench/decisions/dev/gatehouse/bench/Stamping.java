package dev.gatehouse.bench;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.assertion.Audience;
import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.authentication.CookieNames;
import dev.gatehouse.gateway.authentication.FastestProvider;
import dev.gatehouse.gateway.identity.BackendHeaders;
import dev.gatehouse.gateway.identity.HeaderFields;
import dev.gatehouse.gateway.identity.HeaderSink;
import dev.gatehouse.gateway.identity.InboundRequest;
import dev.gatehouse.gateway.identity.InboundRequests;
import dev.gatehouse.gateway.identity.SpanPolicy;
import dev.gatehouse.gateway.proxies.TrustedProxies;
import dev.gatehouse.gateway.settings.AssertionSettings;

/// What a backend is told: the client's fields that pass, and the gateway's own.
@State(Scope.Benchmark)
public class Stamping {

    private static final InetAddress PEER = InetAddress.ofLiteral("203.0.113.9");

    private final Clock clock = Clock.systemUTC();
    private final InboundRequests requests = new InboundRequests(TrustedProxies.NONE, SpanPolicy.NONE, clock);
    private final Assertions assertions = Assertions.open(
            new AssertionSettings("gatehouse", Optional.empty(), Optional.empty()), Optional.empty(), FastestProvider.find(), clock);
    private final Audience audience = new Audience("orders");
    private final Caller.Authenticated caller = new Caller.Authenticated("gatehouse", "7f3c", List.of("user", "admin"),
            List.of("orders:read"), Instant.now().plusSeconds(86_400),
            Map.of("preferred_username", "alice", "email", "alice@example.com", "sid", "s-1"));
    private final HeaderFields fields = new Fields(new DefaultHttpHeaders().add("Host", "api.example.com")
            .add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
            .add("Accept", "application/json").add("Accept-Language", "en").add("Accept-Encoding", "gzip, br")
            .add("Authorization", "Bearer abc").add("Cookie", "theme=dark; id=7").add("X-User-Id", "forged")
            .add("Connection", "keep-alive"));

    /// Ends what was begun.
    @TearDown
    public void close() {
        assertions.close();
    }

    /// Who asks from where, before anything is decided.
    @Benchmark
    public InboundRequest read() {
        return requests.read(fields, PEER, true, "api.example.com");
    }

    /// The whole header section for a backend, without the assertion.
    @Benchmark
    public HttpHeaders stamp() {
        HttpHeaders out = new DefaultHttpHeaders();
        BackendHeaders.write(read(), caller, BackendHeaders.NO_ASSERTION, false, CookieNames.NONE, out::add);
        return out;
    }

    /// The assertion of a caller who was there a moment ago.
    @Benchmark
    public String attest() {
        return assertions.of(caller, audience);
    }

    /// The assertion of a caller who was not there before.
    @Benchmark
    public String attestNew() {
        return assertions.of(new Caller.Authenticated(caller.issuerId(), caller.subject(), caller.roles(), caller.scopes(),
                caller.expiresAt(), caller.claims()), audience);
    }

    private record Fields(HttpHeaders headers) implements HeaderFields {

        @Override
        public void forEach(HeaderSink each) {
            for (Map.Entry<String, String> field : headers) {
                each.add(field.getKey(), field.getValue());
            }
        }

        @Override
        public List<String> all(String name) {
            return headers.getAll(name);
        }
    }
}
