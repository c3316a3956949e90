package dev.gatehouse.gateway.problem;

import java.util.UUID;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives the error contract to requests that never become one: what the HTTP codec cannot read (RFC 9112 §2.2, RFC 6585 §5). The server below answers
/// those with an empty body and closes the connection; this handler, next to the codec, puts the problem in that answer. One per connection.
public final class UnreadableRequests extends ChannelDuplexHandler {

    private static final Logger LOG = LoggerFactory.getLogger(UnreadableRequests.class);

    private boolean unreadable;
    private @Nullable Unreadable refusal;

    /// One per connection.
    public UnreadableRequests() {}

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
            unreadable = true;
            refusal = part.decoderResult().cause() instanceof Unreadable known ? known : null;
        }
        context.fireChannelRead(message);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise, which the caller holds, tells how the write ended
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        Code code = unreadable && message instanceof FullHttpResponse answer ? codeOf(answer) : null;
        if (code == null) {
            context.write(message, promise);
        } else {
            ((FullHttpResponse) message).release();
            context.write(problem(code), promise);
        }
    }

    private @Nullable Code codeOf(FullHttpResponse answer) {
        if (refusal != null && answer.status().code() == 400) {
            return refusal.code();
        }
        return switch (answer.status().code()) {
            case 400 -> Code.REQUEST_MALFORMED;
            case 413 -> Code.REQUEST_TOO_LARGE;
            case 414 -> Code.REQUEST_TARGET_TOO_LONG;
            case 431 -> Code.REQUEST_HEADERS_TOO_LARGE;
            default -> null;
        };
    }

    private FullHttpResponse problem(Code code) {
        String requestId = UUID.randomUUID().toString();
        LOG.atInfo().addKeyValue("code", code.code()).addKeyValue("requestId", requestId)
                .addKeyValue("reason", refusal == null ? "" : refusal.getMessage()).log("request unreadable");
        byte[] body = new Problem(code, requestId).json();
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(code.status()), Unpooled.wrappedBuffer(body));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE).set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length).set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}
