package dev.gatehouse.gateway.pipeline;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import dev.gatehouse.gateway.framing.Framing;
import dev.gatehouse.gateway.identity.InboundRequest;
import dev.gatehouse.gateway.identity.InboundRequests;
import dev.gatehouse.gateway.identity.SpanPolicy;
import dev.gatehouse.gateway.preamble.Preamble;
import dev.gatehouse.gateway.preamble.Preambles;
import dev.gatehouse.gateway.proxies.TrustedProxies;

/// Settles at a request's arrival what every later stage relies on: its id, its client's address, its trace. Thread-safe.
final class Arrivals {

    private static final InetAddress NO_ADDRESS = InetAddress.ofLiteral("0.0.0.0");

    private final InboundRequests requests;
    private final InboundRequests strangers;
    private final boolean preambles;
    private final Clock clock;
    private final LongSupplier nanoTime;

    /// @param proxies whose word about the client counts
    /// @param preambles whether connections begin with one
    /// @param spans which requests get spans of our own
    Arrivals(TrustedProxies proxies, boolean preambles, SpanPolicy spans, Clock clock, LongSupplier nanoTime) {
        this.requests = new InboundRequests(proxies, spans, clock);
        this.strangers = new InboundRequests(TrustedProxies.NONE, spans, clock);
        this.preambles = preambles;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    Visit visit(HttpServerRequest received, HttpServerResponse response) {
        Channel channel = ((Connection) received).channel();
        InboundRequest inbound = inbound(received, channel);
        Framing.follow(channel);
        response.responseHeaders().set("X-Request-Id", inbound.requestId());
        return new Visit(new Received(received, channel), new Answer(received, response, channel), inbound, clock.instant(),
                nanoTime);
    }

    private InboundRequest inbound(HttpServerRequest received, Channel channel) {
        if (!preambles) {
            return read(requests, received, peer(received));
        }
        return switch (Preambles.said(channel)) {
            case Preamble.Client client -> read(requests, received, client.address());
            // A proxy that passes connections on writes no header fields: whatever they say of the client is the client's own word.
            case Preamble.Untold _ -> read(strangers, received, peer(received));
        };
    }

    private static InboundRequest read(InboundRequests rule, HttpServerRequest received, InetAddress peer) {
        String host = Objects.requireNonNullElse(received.requestHeaders().get(HttpHeaderNames.HOST), "");
        return rule.read(new NettyFields(received.requestHeaders()), peer, received.scheme().equals("https"), host);
    }

    private static InetAddress peer(HttpServerRequest received) {
        return address(received.remoteAddress());
    }

    private static InetAddress address(@Nullable SocketAddress peer) {
        return peer instanceof InetSocketAddress address && address.getAddress() != null ? address.getAddress() : NO_ADDRESS;
    }

    /// Whose connection it is, as far as that is known without a request.
    static String clientOf(Channel channel) {
        InetAddress client = Preambles.said(channel) instanceof Preamble.Client told
                ? told.address()
                : address(channel.remoteAddress());
        return TrustedProxies.NONE.clientAddress(client, List.of());
    }
}
