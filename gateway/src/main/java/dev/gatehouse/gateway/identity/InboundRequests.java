package dev.gatehouse.gateway.identity;

import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

import dev.gatehouse.gateway.proxies.Origin;
import dev.gatehouse.gateway.proxies.TrustedProxies;

/// Settles at the beginning of a request where it comes from and what it is called. Thread-safe; does not block.
public final class InboundRequests {

    private final TrustedProxies proxies;
    private final SpanPolicy spans;
    private final Clock clock;
    private final LongSupplier random;

    /// Believes these proxies.
    public InboundRequests(TrustedProxies proxies, SpanPolicy spans, Clock clock) {
        this(proxies, spans, clock, () -> ThreadLocalRandom.current().nextLong()); // ids must be different, not secret
    }

    InboundRequests(TrustedProxies proxies, SpanPolicy spans, Clock clock, LongSupplier random) {
        this.proxies = proxies;
        this.spans = spans;
        this.clock = clock;
        this.random = random;
    }

    /// Reads one request. What a trusted proxy says of it counts, nobody else's word.
    ///
    /// @param peer who is connected
    /// @param tls whether the connection to us is encrypted
    /// @param host the request's `Host`, as received; empty when there is none
    public InboundRequest read(HeaderFields headers, InetAddress peer, boolean tls, String host) {
        Origin origin = proxies.origin(peer, headers::all, tls ? "https" : "http", host);
        return new InboundRequest(headers, origin.path(), origin.proto(), origin.host(),
                RequestIds.settle(believed(origin, headers, "X-Request-Id"), origin.believed(), clock, random),
                TraceContext.settle(believed(origin, headers, "traceparent"), spans, random));
    }

    private static List<String> believed(Origin origin, HeaderFields headers, String name) {
        return origin.believed() ? headers.all(name) : List.of();
    }
}
