package dev.gatehouse.gateway.framing;

import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Drops a connection whose client takes nothing of what was sent to it for too long. Only a connection that already lags behind is watched; what
/// waits for it is bounded by the host's back pressure. One per connection.
final class SlowReaders extends ChannelDuplexHandler {

    private final long patienceMillis;
    private @Nullable Future<?> check;
    private @Nullable Object waiting;
    private long progress;

    SlowReaders(long patienceMillis) {
        this.patienceMillis = patienceMillis;
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        context.flush();
        if (check == null) {
            watch(context);
        }
    }

    private void watch(ChannelHandlerContext context) {
        ChannelOutboundBuffer pending = context.channel().unsafe().outboundBuffer();
        if (pending == null || pending.isEmpty()) {
            waiting = null;
            return;
        }
        waiting = pending.current();
        progress = pending.currentProgress();
        check = context.executor().schedule(() -> check(context), patienceMillis, TimeUnit.MILLISECONDS);
    }

    @SuppressWarnings({"FutureReturnValueIgnored", "ReferenceEquality"}) // nothing to do once closed; the same message, not an equal one
    private void check(ChannelHandlerContext context) {
        check = null;
        ChannelOutboundBuffer pending = context.channel().unsafe().outboundBuffer();
        if (pending != null && !pending.isEmpty() && pending.current() == waiting && pending.currentProgress() == progress) {
            // Not even the system's buffer is worth keeping for it.
            context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            context.close();
            return;
        }
        watch(context);
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
        waiting = null;
        if (check != null) {
            check.cancel(false);
            check = null;
        }
    }
}
