package dev.gatehouse.gateway.pipeline;

import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Sends the header section of a streamed answer at once. The framework keeps it back until the first part of the body comes, which of a stream of events
/// may take an hour, while the page does not know whether it is connected.
final class PromptResponse extends ServerHttpResponseDecorator {

    PromptResponse(ServerHttpResponse response) {
        super(response);
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return super.writeAndFlushWith(Flux.<Publisher<? extends DataBuffer>>concat(Flux.just(Flux.empty()), body));
    }
}
