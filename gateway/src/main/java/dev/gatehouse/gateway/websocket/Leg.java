package dev.gatehouse.gateway.websocket;

import java.util.ArrayDeque;
import java.util.Queue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import org.jspecify.annotations.Nullable;

/// Takes a connection's octets out of HTTP's hands. Keeps what came before the relay was there, which is what one read has brought. One per connection.
final class Leg extends ChannelInboundHandlerAdapter {

    static final String NAME = "gatehouse.socket";

    /// What a connection tells its relay, on the connection's thread.
    interface Listener {

        /// Octets came; they are the listener's to release.
        void came(ByteBuf octets);

        /// It can take more, or no more.
        void writabilityChanged();

        /// It has ended.
        void left();
    }

    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Listener listener;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext here = context;
        if (here == null) {
            throw new IllegalStateException("in no pipeline");
        }
        return here;
    }

    /// From now on; to be called on the connection's thread.
    void tell(Listener told) {
        listener = told;
        context().channel().config().setAutoRead(false);
        while (!early.isEmpty()) {
            told.came(early.remove());
        }
        if (!context().channel().isActive()) {
            told.left();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        Listener told = listener;
        if (message instanceof HttpContent end) {
            end.release(); // of the 101, which has none; for the host its body goes on
        } else if (!(message instanceof ByteBuf octets)) {
            reading.fireChannelRead(message);
        } else if (told == null) {
            early.add(octets);
        } else {
            told.came(octets);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        Listener told = listener;
        if (told != null) {
            told.writabilityChanged();
        }
        changed.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ended) {
        Listener told = listener;
        if (told != null) {
            told.left();
        }
        ended.fireChannelInactive();
    }

    /// A reset, say: the end follows.
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nothing to do once it is closed
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        failed.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        while (!early.isEmpty()) {
            early.remove().release();
        }
    }
}
