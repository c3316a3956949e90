package dev.gatehouse.gateway.framing;

import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Refuses a body that comes slower than it may: a deadline for silence alone lets a client hold a connection, and one to the backend, with an octet now
/// and then. Only time in which the gateway waits for the client counts; while a slow backend keeps it from reading nobody is late. Looked at after
/// each window of such time, so the first window is a grace. Stands before [StrictBytes]. One per connection.
final class SlowSenders extends ChannelDuplexHandler {

    private final StrictBytes bytes;
    private final long windowNanos;
    private final long least;

    private int body;
    private boolean waiting;
    private long waitingSince;
    private long waited;
    private long came;
    private @Nullable Future<?> check;

    /// @param least how many octets a window of waiting has to bring
    SlowSenders(StrictBytes bytes, long windowNanos, long least) {
        this.bytes = bytes;
        this.windowNanos = windowNanos;
        this.least = least;
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (!waiting) {
            waiting = true;
            waitingSince = now(context);
        }
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf part) {
            countTime(context);
            waiting = false;
            came += part.readableBytes();
        }
        context.fireChannelRead(message);
    }

    private void countTime(ChannelHandlerContext context) {
        if (waiting && check != null) {
            long now = now(context);
            waited += now - waitingSince;
            waitingSince = now;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        if (bytes.isInBody() && (check == null || bytes.bodies() != body)) {
            body = bytes.bodies();
            beginWindow(context);
            if (check == null) {
                schedule(context, windowNanos);
            }
        }
    }

    private void beginWindow(ChannelHandlerContext context) {
        waited = 0;
        came = 0;
        waitingSince = now(context);
    }

    private void schedule(ChannelHandlerContext context, long nanos) {
        check = context.executor().schedule(() -> check(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void check(ChannelHandlerContext context) {
        countTime(context);
        check = null;
        if (!bytes.isInBody()) {
            return;
        }
        if (waited < windowNanos) {
            schedule(context, windowNanos - waited);
        } else if (came < least) {
            bytes.refuseSlowBody();
        } else {
            beginWindow(context);
            schedule(context, windowNanos);
        }
    }

    private static long now(ChannelHandlerContext context) {
        return context.executor().ticker().nanoTime();
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
