package dev.gatehouse.gateway.pipeline;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Objects;
import java.util.function.LongSupplier;

import io.netty.handler.codec.http.HttpHeaderNames;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.netty.http.server.HttpServerRequest;

import dev.gatehouse.gateway.identity.InboundRequest;
import dev.gatehouse.gateway.identity.InboundRequests;

/// Settles at a request's arrival what every later stage relies on: its id, its client's address, its trace. Thread-safe.
final class Arrivals {

    private static final InetAddress NO_ADDRESS = InetAddress.ofLiteral("0.0.0.0");

    private final InboundRequests requests;
    private final Clock clock;
    private final LongSupplier nanoTime;

    Arrivals(InboundRequests requests, Clock clock, LongSupplier nanoTime) {
        this.requests = requests;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    Visit visit(ServerHttpRequest request, ServerHttpResponse response) {
        HttpServerRequest received = ((AbstractServerHttpRequest) request).getNativeRequest();
        String host = Objects.requireNonNullElse(received.requestHeaders().get(HttpHeaderNames.HOST), "");
        InboundRequest inbound = requests.read(new NettyFields(received.requestHeaders()), peer(received),
                received.scheme().equals("https"), host);
        response.getHeaders().set("X-Request-Id", inbound.requestId());
        return new Visit(new HostExchange(request, response), received, inbound, clock.instant(), nanoTime.getAsLong());
    }

    private static InetAddress peer(HttpServerRequest received) {
        InetSocketAddress address = received.remoteAddress();
        return address == null || address.getAddress() == null ? NO_ADDRESS : address.getAddress();
    }
}
