package dev.gatehouse.gateway.framing.http2;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2StreamChannel;

/// Sends what asking a stream for more has written. Netty (4.2.17) opens the peer's window when a stream is read again; when that is asked
/// outside of a read of the connection, while an earlier question still stands, nobody flushes it: the peer waits for the window, the gateway
/// for the peer, and nothing moves any more. Thread-safe, no state.
@ChannelHandler.Sharable
public final class FlushedReads extends ChannelOutboundHandlerAdapter {

    private static final String NAME = "gatehouse.flushed-reads";
    private static final FlushedReads INSTANCE = new FlushedReads();

    private FlushedReads() {}

    /// Watches over one stream.
    public static void of(Http2StreamChannel stream) {
        if (stream.pipeline().get(NAME) == null) {
            stream.pipeline().addFirst(NAME, INSTANCE);
        }
    }

    @Override
    public void read(ChannelHandlerContext context) {
        context.read();
        context.flush(); // next to nothing where nothing was written
    }
}
