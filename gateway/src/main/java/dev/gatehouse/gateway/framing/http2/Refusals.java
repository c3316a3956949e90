package dev.gatehouse.gateway.framing.http2;

import java.util.UUID;
import java.util.function.BiConsumer;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;

import dev.gatehouse.gateway.problem.Problem;
import dev.gatehouse.gateway.problem.Refused;
import dev.gatehouse.gateway.problem.Unreadable;

/// Gives the error contract to streams that never become a request. Stateless but for its witness.
final class Refusals {

    private final BiConsumer<Channel, Refused> witness;

    /// @param witness told of every such request once
    Refusals(BiConsumer<Channel, Refused> witness) {
        this.witness = witness;
    }

    /// Answers, and ends the stream where the client has not.
    ///
    /// @param headless whether the answer may have no body
    /// @param ended whether the client has ended the stream
    @SuppressWarnings("FutureReturnValueIgnored") // what cannot be told to a client that has gone need not be
    void answer(ChannelHandlerContext context, Http2FrameStream stream, Unreadable refusal, boolean headless, boolean ended) {
        String why = refusal.getMessage();
        Refused refused = new Refused(refusal.code(), UUID.randomUUID().toString(), why == null ? "" : why);
        byte[] body = new Problem(refused.code(), refused.requestId()).json();
        context.write(new DefaultHttp2HeadersFrame(headers(refused, body.length), headless).stream(stream));
        if (!headless) {
            context.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true).stream(stream));
        }
        context.flush(); // a reset overtakes what has not been flushed
        if (!ended) {
            reset(context, stream, Http2Error.NO_ERROR);
        }
        witness.accept(context.channel(), refused);
    }

    private static Http2Headers headers(Refused refused, int length) {
        return new DefaultHttp2Headers().status(Integer.toString(refused.code().status()))
                .set("x-request-id", refused.requestId())
                .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE).set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, length);
    }

    /// Ends a stream without an answer, or in the middle of one.
    @SuppressWarnings("FutureReturnValueIgnored") // as above
    static void reset(ChannelHandlerContext context, Http2FrameStream stream, Http2Error error) {
        context.writeAndFlush(new DefaultHttp2ResetFrame(error).stream(stream));
    }
}
