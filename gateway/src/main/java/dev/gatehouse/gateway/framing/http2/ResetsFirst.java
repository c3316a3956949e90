package dev.gatehouse.gateway.framing.http2;

import java.util.ArrayList;
import java.util.List;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;

/// Lets resets overtake: a request begins when the read that brought it is over, and one that has been reset by then, by the client or for it, never does.
/// So the rapid resets of a flood, which a busy gateway reads many at a time, cost it a header section each and no backend's work. Stands between the codec
/// and the host, which hears of the streams themselves at once. Holds what one read brought at most. One per connection.
final class ResetsFirst extends ChannelInboundHandlerAdapter {

    private final List<Http2StreamFrame> held = new ArrayList<>(); // of streams that this read has brought
    private int begun; // the last stream of the reads before; their numbers rise

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2StreamFrame frame && frame.stream() != null && frame.stream().id() > begun) {
            held.add(frame);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Nothing is read meanwhile, so that nothing is added.
        for (Http2StreamFrame frame : held) {
            begun = Math.max(begun, frame.stream().id());
            if (context.channel().isActive() && frame.stream().state() != Http2Stream.State.CLOSED) {
                context.fireChannelRead(frame);
            } else {
                ReferenceCountUtil.release(frame);
            }
        }
        held.clear();
        context.fireChannelReadComplete();
    }

    /// A stream that went wrong is reset here: the host closes it first, and resets of that kind are not counted by the codec.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof Http2FrameStreamException wrong) {
            Http2FrameStream stream = wrong.stream();
            held.removeIf(frame -> isOf(frame, stream));
            Refusals.reset(context, stream, wrong.error());
            if (stream.id() > begun) {
                return;
            }
        }
        context.fireExceptionCaught(cause);
    }

    private static boolean isOf(Http2StreamFrame frame, Http2FrameStream stream) {
        if (frame.stream().id() != stream.id()) {
            return false;
        }
        ReferenceCountUtil.release(frame);
        return true;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }
}
