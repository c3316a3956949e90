package dev.gatehouse.gateway.framing.http2;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamEvent;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// Lets resets overtake: a request begins when the read that brought it is over, and one that has been reset by then, by the client or for it, never does. So the rapid resets of a
/// flood, which a busy gateway reads many at a time, cost it a header section each and no backend's work. Stands between the codec and the host, and holds
/// what one read brought at most. One per connection.
final class ResetsFirst extends ChannelInboundHandlerAdapter {

    private record Held(Object what, @Nullable Http2FrameStream stream, boolean event) {}

    private final Queue<Held> held = new ArrayDeque<>();
    private final Set<Integer> never = new HashSet<>();
    private int begun; // the last stream that the host knows of; their numbers rise
    private boolean gone;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        take(context, new Held(message, message instanceof Http2StreamFrame frame ? frame.stream() : null, false));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        take(context, new Held(event, event instanceof Http2FrameStreamEvent change ? change.stream() : null, true));
    }

    private void take(ChannelHandlerContext context, Held next) {
        Http2FrameStream stream = next.stream();
        if (held.isEmpty() && (stream == null || stream.id() <= begun)) {
            pass(context, next);
        } else {
            held.add(next);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        passAll(context);
        context.fireChannelReadComplete();
    }

    /// The host expects to know every stream that is open.
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        passAll(context);
        context.fireChannelWritabilityChanged();
    }

    /// The host resets streams that went wrong, but for those that it does not know yet.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof Http2FrameStreamException wrong && wrong.stream().id() > begun) {
            Refusals.reset(context, wrong.stream(), wrong.error());
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone = true;
        passAll(context);
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        held.forEach(each -> ReferenceCountUtil.release(each.what()));
        held.clear();
    }

    /// May be called again from within: then that goes on where this has come to.
    private void passAll(ChannelHandlerContext context) {
        for (Held next = held.poll(); next != null; next = held.poll()) {
            if (isOfNone(next.stream())) {
                ReferenceCountUtil.release(next.what());
            } else {
                pass(context, next);
            }
        }
        never.clear();
    }

    private boolean isOfNone(@Nullable Http2FrameStream stream) {
        if (stream == null || stream.id() <= begun) {
            return stream != null && never.contains(stream.id());
        }
        if (gone || stream.state() == Http2Stream.State.CLOSED) {
            never.add(stream.id());
            return true;
        }
        begun = stream.id();
        return false;
    }

    private static void pass(ChannelHandlerContext context, Held next) {
        if (next.event()) {
            context.fireUserEventTriggered(next.what());
        } else {
            context.fireChannelRead(next.what());
        }
    }
}
