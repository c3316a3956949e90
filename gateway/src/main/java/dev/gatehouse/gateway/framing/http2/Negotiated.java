package dev.gatehouse.gateway.framing.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/// Stands behind the host's handler that chooses the codec after a handshake of TLS, and acts once that is done. One per connection.
public final class Negotiated extends ChannelInboundHandlerAdapter {

    private final Runnable then;

    /// @param then to be done when the codec is in place, before it has got an octet
    public Negotiated(Runnable then) {
        this.then = then;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            then.run();
            context.fireUserEventTriggered(event);
            context.pipeline().remove(this);
        } else {
            context.fireUserEventTriggered(event);
        }
    }
}
