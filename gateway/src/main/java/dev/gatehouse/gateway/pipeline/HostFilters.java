package dev.gatehouse.gateway.pipeline;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import reactor.core.publisher.Mono;

/// The two filters of the host that a gateway cannot do without. Thread-safe.
final class HostFilters {

    private static final GatewayFilterChain END = _ -> Mono.empty();

    private final NettyWriteResponseFilter writing;
    private final GatewayFilterChain calling;
    private final GatewayFilterChain opening;

    /// @param routing sends requests
    /// @param asking sends those that ask for a WebSocket
    HostFilters(NettyWriteResponseFilter writing, NettyRoutingFilter routing, NettyRoutingFilter asking) {
        this.writing = writing;
        this.calling = exchange -> routing.filter(exchange, END);
        this.opening = exchange -> asking.filter(exchange, END);
    }

    /// Calls the upstream; completes when its header section has come.
    GatewayFilterChain callingUpstream() {
        return calling;
    }

    /// Asks the upstream for a WebSocket; completes when its header section has come.
    GatewayFilterChain askingForSocket() {
        return opening;
    }

    /// Writes the upstream's answer once `handled` completes; drops the upstream's connection when either side fails.
    Mono<Void> writingWhat(Visit visit, Mono<Void> handled) {
        return writing.filter(visit.exchange(), _ -> handled);
    }
}
