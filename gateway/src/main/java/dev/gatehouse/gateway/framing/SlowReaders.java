package dev.gatehouse.gateway.framing;

import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Drops a connection whose client takes what was sent to it slower than it may. Only a connection that already lags behind is watched, and only what
/// waited at the beginning of a window has to be taken in it, so that nobody is dropped for a backend that sends little; what waits is bounded
/// by the host's back pressure. One per connection.
final class SlowReaders extends ChannelDuplexHandler {

    private final long windowMillis;
    private final long least;
    private @Nullable Future<?> check;
    private long written;
    private long flushed;
    private long due;

    /// @param least how many octets have to be taken in a window, if so many wait
    SlowReaders(long windowMillis, long least) {
        this.windowMillis = windowMillis;
        this.least = Math.max(least, 1);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise, which the caller holds, tells how the write ended
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf part) {
            written += part.readableBytes();
        }
        context.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        flushed = written;
        context.flush();
        if (check == null) {
            watch(context);
        }
    }

    private void watch(ChannelHandlerContext context) {
        long waiting = waiting(context);
        if (waiting > 0) {
            due = flushed - waiting + Math.min(waiting, least);
            check = context.executor().schedule(() -> check(context), windowMillis, TimeUnit.MILLISECONDS);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing to do once closed
    private void check(ChannelHandlerContext context) {
        check = null;
        if (flushed - waiting(context) < due) {
            // Not even the system's buffer is worth keeping for it.
            context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            context.close();
            return;
        }
        watch(context);
    }

    /// Octets that the system has not taken yet.
    private static long waiting(ChannelHandlerContext context) {
        ChannelOutboundBuffer pending = context.channel().unsafe().outboundBuffer();
        if (pending == null || pending.isEmpty()) {
            return 0;
        }
        Waiting sum = new Waiting();
        try {
            pending.forEachFlushedMessage(sum);
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
        return sum.octets;
    }

    private static final class Waiting implements ChannelOutboundBuffer.MessageProcessor {

        private long octets;

        @Override
        public boolean processMessage(Object message) {
            octets += message instanceof ByteBuf part ? part.readableBytes() : 0;
            return true;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stop();
    }

    private void stop() {
        if (check != null) {
            check.cancel(false);
            check = null;
        }
    }
}
