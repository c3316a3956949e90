package dev.gatehouse.gateway.framing.http2;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Stands first on a connection without TLS until it is known what the client speaks: HTTP/2, if its first octets are the preface (RFC 9113 §3.3, §3.4),
/// else HTTP/1.1. One per connection.
public final class PrefaceGate extends ChannelInboundHandlerAdapter {

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final long millis;
    private final Runnable one;
    private final Runnable two;
    private int seen;
    private @Nullable Future<?> deadline;

    /// @param millis from the first octet until it has to be known
    /// @param one to be done ahead of the first octet of HTTP/1.1
    /// @param two to be done behind the preface, which the host has got
    public PrefaceGate(long millis, Runnable one, Runnable two) {
        this.millis = millis;
        this.one = one;
        this.two = two;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        int at = bytes.readerIndex();
        while (seen < PREFACE.length && at < bytes.writerIndex() && bytes.getByte(at) == PREFACE[seen]) {
            at++;
            seen++;
        }
        if (seen == PREFACE.length) {
            bytes.readerIndex(at);
            speakTwo(context, bytes);
        } else if (at < bytes.writerIndex()) {
            // What was taken for a preface has not been passed on yet, and is known by heart.
            int held = seen - (at - bytes.readerIndex());
            speakOne(context, held == 0
                    ? bytes
                    : Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(PREFACE, 0, held), bytes));
        } else {
            bytes.release();
            watch(context);
        }
    }

    private void speakOne(ChannelHandlerContext context, ByteBuf bytes) {
        one.run();
        leave(context, bytes);
    }

    private void speakTwo(ChannelHandlerContext context, ByteBuf rest) {
        context.fireChannelRead(Unpooled.copiedBuffer(PREFACE));
        two.run();
        leave(context, rest);
    }

    private void leave(ChannelHandlerContext context, ByteBuf rest) {
        stop();
        context.pipeline().remove(this);
        if (rest.isReadable()) {
            context.fireChannelRead(rest);
        } else {
            rest.release();
            context.read(); // what the host asked for has not come yet
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing is left to be done once it is closed
    private void watch(ChannelHandlerContext context) {
        if (deadline == null) {
            deadline = context.executor().schedule(() -> {
                context.close();
            }, millis, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (context.isRemoved()) {
            return;
        }
        context.read();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stop();
    }

    private void stop() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
