package dev.gatehouse.gateway.websocket;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// Stands behind the codec of a connection that is to become a socket. A 101 that [agrees][Agreement] takes HTTP off the connection; any other 101 ends it;
/// every other answer passes. One per connection.
public final class UpstreamSwitch extends ChannelDuplexHandler {

    private static final String NAME = "gatehouse.switch";

    private final String codec;
    private final String[] obsolete;
    private @Nullable HttpHeaders asked;

    private UpstreamSwitch(String codec, String... obsolete) {
        this.codec = codec;
        this.obsolete = obsolete;
    }

    /// Watches a connection from now on.
    ///
    /// @param codec the name of its HTTP codec
    /// @param obsolete names of handlers that are of no use on a socket
    public static void watch(ChannelPipeline pipeline, String codec, String... obsolete) {
        pipeline.addAfter(codec, NAME, new UpstreamSwitch(codec, obsolete));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise, which the caller holds, tells how the write ended
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpRequest request) {
            asked = request.headers();
        }
        context.write(message, promise);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nothing to do once it is closed
    public void channelRead(ChannelHandlerContext context, Object message) {
        HttpHeaders request = asked;
        if (request == null || !(message instanceof HttpResponse response)
                || response.status().code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code()
                || !response.decoderResult().isSuccess()) {
            context.fireChannelRead(message);
            return;
        }
        String refusal = Agreement.refusal(request::getAll, response.headers()::getAll);
        if (refusal.isEmpty()) {
            change(context);
            context.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message);
            context.fireExceptionCaught(new DecoderException(refusal));
            context.close();
        }
    }

    private void change(ChannelHandlerContext context) {
        ChannelPipeline pipeline = context.pipeline();
        for (String name : obsolete) {
            if (pipeline.get(name) != null) {
                pipeline.remove(name);
            }
        }
        pipeline.addAfter(context.name(), Leg.NAME, new Leg());
        if (pipeline.get(codec) instanceof HttpClientCodec http) {
            http.prepareUpgradeFrom(context); // what is written passes as it is; the decoder has seen the 101
        }
    }
}
