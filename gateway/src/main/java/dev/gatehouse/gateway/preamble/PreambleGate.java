package dev.gatehouse.gateway.preamble;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Stands first on a connection until its preamble has come, and closes it where none comes in time, where it is not sound, or where somebody says it who
/// is not trusted. Nobody behind it sees an octet before. One per connection.
final class PreambleGate extends ChannelInboundHandlerAdapter {

    private final Preambles demanded;
    private final PreambleReader reader = new PreambleReader();
    private @Nullable Future<?> deadline;
    private boolean open;

    PreambleGate(Preambles demanded) {
        this.demanded = demanded;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (demanded.trusts(peer(context))) {
            open = true;
            deadline = context.executor().schedule(() -> close(context, "it did not come in time"),
                    demanded.patience().toMillis(), TimeUnit.MILLISECONDS);
        } else {
            close(context, "the peer is none of the trusted proxies");
        }
        context.fireChannelActive();
    }

    private static @Nullable InetAddress peer(ChannelHandlerContext context) {
        return context.channel().remoteAddress() instanceof InetSocketAddress peer ? peer.getAddress() : null;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        int last = open ? bytes.forEachByte(reader) : -1;
        if (open && reader.isDone()) {
            pass(context, bytes.readerIndex(last + 1));
            return;
        }
        bytes.release();
        if (open && reader.isRefused()) {
            close(context, "it is not sound");
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // as below
    private void pass(ChannelHandlerContext context, ByteBuf rest) {
        if (!demanded.admits(context.channel(), reader.preamble())) {
            stop();
            rest.release();
            context.close();
            return;
        }
        Preambles.note(context.channel(), reader.preamble());
        context.pipeline().remove(this);
        if (rest.isReadable()) {
            context.fireChannelRead(rest);
        } else {
            rest.release();
            context.read(); // what the host asked for has not come yet
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (open) {
            context.read();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing is left to be done once it is closed
    private void close(ChannelHandlerContext context, String why) {
        open = false;
        demanded.refused(why);
        context.close();
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
        open = false;
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
