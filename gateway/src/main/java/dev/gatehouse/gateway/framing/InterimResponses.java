package dev.gatehouse.gateway.framing;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/// Stands behind the codec of a connection to an upstream and lets final responses through only (RFC 9110 §15.2): the host would take a 103 for the
/// answer, and what follows it for the answer to the next request. A 101 was not asked for and ends the connection. One per connection.
final class InterimResponses extends ChannelInboundHandlerAdapter {

    private boolean skipping;

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nothing to do once it is closed
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse response && response.status().codeClass() == HttpStatusClass.INFORMATIONAL
                && response.decoderResult().isSuccess()) {
            if (response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
                ReferenceCountUtil.release(message);
                context.fireExceptionCaught(new DecoderException("an unasked change of protocol"));
                context.close();
                return;
            }
            skipping = true;
        }
        if (!skipping) {
            context.fireChannelRead(message);
            return;
        }
        if (message instanceof LastHttpContent || !(message instanceof HttpResponse || message instanceof HttpContent)) {
            skipping = false;
        }
        ReferenceCountUtil.release(message);
        context.read(); // the host waits for a message and asks for no second one
    }
}
