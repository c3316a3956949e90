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

    HostFilters(NettyWriteResponseFilter writing, NettyRoutingFilter routing) {
        this.writing = writing;
        this.calling = exchange -> routing.filter(exchange, END);
    }

    /// Calls the upstream; completes when its header section has come.
    GatewayFilterChain callingUpstream() {
        return calling;
    }

    /// Writes the upstream's answer once `handled` completes; drops the upstream's connection when either side fails.
    Mono<Void> writingWhat(Visit visit, Mono<Void> handled) {
        return writing.filter(visit.exchange(), _ -> handled);
    }
}
