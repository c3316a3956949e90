package dev.gatehouse.gateway.pipeline;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;

import dev.gatehouse.gateway.path.TargetForm;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Unreadable;

/// Makes request targets readable for the host before it sees them, see [TargetForm]; one that is none fails like any other malformed request line.
/// Stateless.
@Sharable
final class TargetSyntax extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
            check(request);
        }
        context.fireChannelRead(message);
    }

    @SuppressWarnings({"ReferenceEquality", "StringEquality"}) // the very text means that nothing had to be encoded
    private static void check(HttpRequest request) {
        String target = request.uri();
        String readable = TargetForm.readable(target);
        if (readable.isEmpty()) {
            request.setDecoderResult(DecoderResult.failure(new Unreadable(Code.REQUEST_MALFORMED, "no target of a request")));
        } else if (readable != target) {
            request.setUri(readable);
        }
    }
}
