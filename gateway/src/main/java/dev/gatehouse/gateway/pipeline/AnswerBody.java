package dev.gatehouse.gateway.pipeline;

import io.netty.channel.EventLoop;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/// An upstream's body on its way to the client, as a single step: a chain of operators would cost every answer a dozen objects and one write more.
final class AnswerBody extends Mono<Void> {

    private final Answer answer;
    private final Connection upstream;
    private final EventLoop loop;

    /// @param loop of the upstream's connection
    AnswerBody(Answer answer, Connection upstream, EventLoop loop) {
        this.answer = answer;
        this.upstream = upstream;
        this.loop = loop;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> request) {
        BodyTransfer transfer = new BodyTransfer(answer, loop, request);
        request.onSubscribe(transfer);
        upstream.inbound().receiveObject().subscribe(transfer);
    }
}
