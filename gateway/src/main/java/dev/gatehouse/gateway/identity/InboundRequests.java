package dev.gatehouse.gateway.identity;

import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

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

    /// Reads one request. Of a trusted proxy the [fields][TrustedFields] count that it writes itself. A host that could not be one is told to nobody.
    ///
    /// @param peer who is connected
    /// @param tls whether the connection to us is encrypted
    /// @param host the request's `Host`, as received; empty when there is none
    public InboundRequest read(HeaderFields headers, InetAddress peer, boolean tls, String host) {
        String proto = tls ? "https" : "http";
        if (!proxies.trusts(peer)) {
            return new InboundRequest(headers, proxies.path(peer, List.of()), proto, host(host, ""),
                    RequestIds.settle(List.of(), false, clock, random), TraceContext.settle(List.of(), spans, random));
        }
        TrustedFields fields = proxies.fields();
        List<ForwardedHop> hops = fields.standard() ? ForwardedHop.read(headers.all("Forwarded")) : List.of();
        ForwardedHop nearest = hops.isEmpty() ? ForwardedHop.UNTOLD : hops.getLast();
        return new InboundRequest(headers,
                fields.address()
                        ? proxies.path(peer, headers.all("X-Forwarded-For"))
                        : proxies.pathAlong(peer, ForwardedHop.nodes(hops)),
                proto(fields.proto() ? last(headers.all("X-Forwarded-Proto")) : nearest.proto(), proto),
                host(fields.host() ? last(headers.all("X-Forwarded-Host")) : nearest.host(), host(host, "")),
                RequestIds.settle(headers.all("X-Request-Id"), true, clock, random),
                TraceContext.settle(headers.all("traceparent"), spans, random));
    }

    /// The value that the nearest proxy wrote; what stands before it may be anybody's.
    private static String last(List<String> fields) {
        if (fields.isEmpty()) {
            return "";
        }
        String field = fields.getLast();
        return field.substring(field.lastIndexOf(',') + 1).strip();
    }

    private static String proto(String forwarded, String own) {
        return forwarded.equalsIgnoreCase("https") ? "https" : forwarded.equalsIgnoreCase("http") ? "http" : own;
    }

    private static String host(String forwarded, String own) {
        if (forwarded.isEmpty() || forwarded.length() > 261) { // a name of 255 and a port
            return own;
        }
        for (int i = 0; i < forwarded.length(); i++) {
            char character = forwarded.charAt(i);
            if (character >= 0x80 || (!Character.isLetterOrDigit(character) && ".-_:[]".indexOf(character) < 0)) {
                return own;
            }
        }
        return forwarded;
    }
}
