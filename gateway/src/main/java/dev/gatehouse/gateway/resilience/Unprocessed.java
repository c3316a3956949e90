package dev.gatehouse.gateway.resilience;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;

/// Notices when an upstream that speaks HTTP/2 says that it has not processed a request (RFC 9113 §8.7): by REFUSED_STREAM, or by a GOAWAY whose last stream is an
/// earlier one. The HTTP client takes both for a connection that broke. No state; stands in every stream's pipeline.
@ChannelHandler.Sharable
public final class Unprocessed extends ChannelInboundHandlerAdapter {

    private static final String NAME = "gatehouse.unprocessed";
    private static final Unprocessed INSTANCE = new Unprocessed();

    private Unprocessed() {}

    /// The client, whose requests then end in an [UpstreamFailure] that says so.
    public static HttpClient noticedBy(HttpClient client) {
        return client.doOnRequest((_, connection) -> {
            if (connection.channel() instanceof Http2StreamChannel stream) {
                stream.pipeline().addBefore(NettyPipeline.ReactiveBridge, NAME, INSTANCE);
            }
        });
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // Of a GOAWAY only those streams are told that it leaves behind.
        if (event instanceof Http2GoAwayFrame
                || (event instanceof Http2ResetFrame reset && reset.errorCode() == Http2Error.REFUSED_STREAM.code())) {
            context.fireExceptionCaught(UpstreamFailure.unprocessed());
        }
        context.fireUserEventTriggered(event);
    }
}
