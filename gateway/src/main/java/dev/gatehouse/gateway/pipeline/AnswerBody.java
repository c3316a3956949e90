package dev.gatehouse.gateway.pipeline;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/// An upstream's body on its way to the client, as a single step: a chain of operators would cost every answer a dozen objects and one write more.
final class AnswerBody extends Mono<Void> {

    private final Answer answer;
    private final Connection upstream;

    AnswerBody(Answer answer, Connection upstream) {
        this.answer = answer;
        this.upstream = upstream;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> request) {
        BodyTransfer transfer = new BodyTransfer(answer, upstream, request);
        request.onSubscribe(transfer);
        upstream.inbound().receiveObject().subscribe(transfer);
    }
}
