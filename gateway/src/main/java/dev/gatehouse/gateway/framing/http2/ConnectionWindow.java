package dev.gatehouse.gateway.framing.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2SettingsFrame;

/// Widens the window of a connection (RFC 9113 §6.9), which begins as wide as that of one stream: a body that nobody reads would keep all
/// others of its connection from coming. What lies unread is bounded by the windows of the streams. Stands behind the codec of a connection
/// to an upstream, until that says its settings.
public final class ConnectionWindow extends ChannelInboundHandlerAdapter {

    // How many streams there may be on a connection to an upstream is the upstream's to say; this is enough for eight thousand that nobody reads.
    private static final int OF_UPSTREAM = 1 << 30;

    /// Widens the window of a connection of a client. To be called behind the codec, when that is in place.
    ///
    /// @param streams how many there may be at once
    @SuppressWarnings("FutureReturnValueIgnored") // a connection that has gone needs no window
    static void widen(ChannelHandlerContext context, int streams) {
        // The codec gives back what was read when that is half of the window, so the other half must be enough for all.
        context.writeAndFlush(by(2 * streams * Http2CodecUtil.DEFAULT_WINDOW_SIZE));
    }

    private static DefaultHttp2WindowUpdateFrame by(int window) {
        return new DefaultHttp2WindowUpdateFrame(window - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // as above
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2SettingsFrame) {
            context.writeAndFlush(by(OF_UPSTREAM));
            context.pipeline().remove(this);
        }
        context.fireChannelRead(message);
    }
}
