package dev.gatehouse.gateway.pipeline;

import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import reactor.core.publisher.Mono;

/// The filter of the host that writes an answer's body. Thread-safe.
final class HostFilters {

    private final NettyWriteResponseFilter writing;

    HostFilters(NettyWriteResponseFilter writing) {
        this.writing = writing;
    }

    /// Writes the upstream's answer once `handled` completes; drops the upstream's connection when either side fails.
    Mono<Void> writingWhat(Visit visit, Mono<Void> handled) {
        return writing.filter(visit.exchange(), _ -> handled);
    }
}
